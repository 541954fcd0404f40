import type { SignalQueryByKind, Target, TimeWindow } from '../connector/v1/connector.js';
import type { SignalByKind, SignalKind } from '../connector/v1/signal.js';
import type { Alert } from '../incident/alert.js';
import type { QueryPurpose, SourceReport } from '../incident/collection.js';
import { firstWave } from './first-wave.js';
import { findIdentity } from './name-alert.js';
import { planDefaults } from './plan-defaults.js';
import { toBaseline, toWindow } from './plan-windows.js';
import { secondWave } from './second-wave.js';
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
  /** Wave 2: where wave 1 leads, from what has come in until then. Pure. */
  secondWave(collected: CollectedSoFar, reports: readonly SourceReport[]): readonly PlannedQuery[];
}

/**
 * The windows and the queries of one alert: pure, from the alert and the time. `nowMs` is data, so that a recorded incident
 * can be planned again.
 */
export function plan(alert: Alert, nowMs: number, settings: PlanSettings = {}): Plan {
  const window = settings.window ?? toWindow(alert, nowMs);
  const found = toBaseline(window, settings.suspectedChangeMs);
  const baseline = settings.baseline ?? found.window;
  const givenName = settings.baseline === undefined ? found.name : 'the given baseline';
  const services = settings.services ?? [];
  const { target, surroundings } = toTargets(alert, services);
  const capOf = (limit: number) => (settings.limits === 'none' ? planDefaults.unlimited : limit);
  const scope = { window, baseline, target, surroundings, services, capOf };
  return {
    window,
    baseline,
    baselineName: settings.baselineName ?? givenName,
    services,
    queries: firstWave(scope),
    secondWave: (collected, reports) => secondWave(scope, collected, reports),
  };
}

/** The alert's service and where it runs. A pod is asked about only without a service: the cause may be in another one. */
function toTargets(
  alert: Alert,
  services: readonly ServiceIdentity[],
): { target: Target; surroundings: Target } {
  const { service, pod, environment, cluster } = alert.target;
  const identity =
    service === undefined ? undefined : findIdentity(services, service, alert.target.namespace);
  const namespace = alert.target.namespace ?? identity?.namespace;
  const surroundings: Target = {
    ...(namespace === undefined ? {} : { namespace }),
    ...(environment === undefined ? {} : { environment }),
    ...(cluster === undefined ? {} : { cluster }),
  };
  if (service !== undefined)
    return { surroundings, target: { ...surroundings, service: identity?.name ?? service } };
  return { surroundings, target: pod === undefined ? surroundings : { ...surroundings, pod } };
}
