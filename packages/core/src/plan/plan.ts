import type { SignalQueryByKind, TimeWindow } from '../connector/v1/connector.js';
import type { SignalByKind, SignalKind } from '../connector/v1/signal.js';
import type { Alert } from '../incident/alert.js';
import type { QueryPurpose } from '../incident/collection.js';
import type { ServiceIdentity } from './service-identity.js';

export interface PlanSettings {
  /** @default `[startsAt - for - 15 min, now]`, at most 60 min */
  readonly window?: TimeWindow;
  /** @default as long as the window, ending 5 min before it */
  readonly baseline?: TimeWindow;
  /** Where `baseline` comes from, in words. @default "the given baseline" when `baseline` is given */
  readonly baselineName?: string;
  /** When the change that is suspected took effect: the baseline ends before it. */
  readonly suspectedChangeMs?: number;
  readonly services?: readonly ServiceIdentity[];
  /** `none` lifts the caps on signals per query and on services per wave: for measuring, not for production. @default 'production' */
  readonly limits?: 'production' | 'none';
}

/** One query to be put to every connector that has a source of its kind. */
export type PlannedQuery = {
  readonly [K in SignalKind]: {
    readonly kind: K;
    readonly purpose: QueryPurpose;
    readonly wave: 1 | 2;
    /** Smaller goes first. */
    readonly priority: number;
    readonly query: SignalQueryByKind[K];
  };
}[SignalKind];

/** The signals that have come in so far, with services under their own names. */
export type CollectedSoFar = { readonly [K in SignalKind]?: readonly SignalByKind[K][] };

export interface Plan {
  readonly window: TimeWindow;
  readonly baseline: TimeWindow;
  readonly baselineName: string;
  readonly services: readonly ServiceIdentity[];
  /** Wave 1: what the alert names. */
  readonly queries: readonly PlannedQuery[];
  /** Wave 2: what the traces and logs of wave 1 lead to. Pure. */
  secondWave(collected: CollectedSoFar): readonly PlannedQuery[];
}

/** The windows and the queries in order of priority: pure, from the alert and the time. */
export function plan(_alert: Alert, _nowMs: number, _settings: PlanSettings = {}): Plan {
  throw new Error('not written yet');
}
