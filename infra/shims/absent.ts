/**
 * Stands in for the packages that danfo.js loads for its readers of Excel files and addresses, which nothing here
 * uses. Whoever does finds no such function.
 */
export {};
