/** Replaces the package that danfo.js prints tables with: nothing here prints them, and a call fails. */
export {};
