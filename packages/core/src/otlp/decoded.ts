/** Whose signals are decoded: both stand in every signal. */
export interface DecodeScope {
  readonly connectorId: string;
  readonly queryId: string;
}

export interface Decoded<T> {
  /** Ascending in time. */
  readonly signals: T[];
  /** Spans, log records or points that were none: without an id, a time or a value. */
  readonly invalidItems: number;
}

/**
 * Reads OTLP/JSON message after message: the lines of a file, or the one body of an answer. `decoded()` may be called at
 * any time for what was read until then.
 */
export interface OtlpDecoder<T> {
  add(message: unknown): void;
  decoded(): Decoded<T>;
}
