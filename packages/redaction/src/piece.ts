/** One character of a view, or none, in place of `length` characters of the original. */
export interface Piece {
  readonly code?: number;
  readonly length: number;
}
