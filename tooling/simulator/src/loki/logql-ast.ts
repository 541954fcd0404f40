import type { Grouping, Matcher } from '../prometheus/promql-ast.js';

/** A condition on labels after the stream's own: structured metadata and what a parser found. */
export type LabelFilter =
  | { readonly kind: 'match'; readonly matcher: Matcher }
  | {
      readonly kind: 'compare';
      readonly label: string;
      readonly operator: string;
      readonly value: number;
      readonly unit: 'number' | 'duration' | 'bytes';
    }
  | { readonly kind: 'and' | 'or'; readonly left: LabelFilter; readonly right: LabelFilter };

export type Stage =
  | {
      readonly kind: 'line';
      readonly wanted: boolean;
      readonly tests: readonly ((line: string) => boolean)[];
    }
  | { readonly kind: 'json' | 'logfmt' }
  | { readonly kind: 'filter'; readonly filter: LabelFilter }
  | { readonly kind: 'drop' | 'keep'; readonly labels: readonly string[] };

export interface LogPipeline {
  readonly matchers: readonly Matcher[];
  readonly stages: readonly Stage[];
}

export type MetricExpression =
  | { readonly kind: 'number'; readonly value: number }
  | {
      readonly kind: 'range';
      readonly name: string;
      readonly pipeline: LogPipeline;
      readonly rangeMs: number;
      readonly offsetMs: number;
    }
  | {
      readonly kind: 'aggregate';
      readonly operator: string;
      readonly parameter?: number;
      readonly grouping: Grouping;
      readonly inner: MetricExpression;
    };

export type LogqlExpression =
  | { readonly kind: 'log'; readonly pipeline: LogPipeline }
  | { readonly kind: 'metric'; readonly expression: MetricExpression };

/** Refused or failed by Loki; the message is the whole body of the answer. */
export class LogqlError extends Error {
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.name = 'LogqlError';
    this.status = status;
  }
}
