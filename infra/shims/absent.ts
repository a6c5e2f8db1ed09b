/** Replaces the package that danfo.js uses to print tables. Nothing here prints tables; a call would fail. */
export {};
