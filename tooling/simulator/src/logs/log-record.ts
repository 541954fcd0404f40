export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What a service wants to say, before its own format makes a line of it. */
export interface Statement {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields?: Readonly<Record<string, string | number>>;
  /** Exception and frames, one per line, for formats that print them below the line. */
  readonly stack?: readonly string[];
}

export interface LogRecord {
  readonly atMs: number;
  readonly service: string;
  readonly pod: string;
  /** As Loki would detect it from the line. */
  readonly level: LogLevel | 'unknown';
  readonly line: string;
  readonly traceId?: string;
  readonly spanId?: string;
}
