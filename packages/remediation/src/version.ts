/** Stands in the User-Agent of every request. */
export const VERSION = '0.0.0';
