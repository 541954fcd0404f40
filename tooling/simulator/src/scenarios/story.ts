import type { Release } from '../deploys/release.js';
import type { Targets } from '../engine/calibration.js';
import type { Clock } from '../engine/clock.js';
import type { Disturbance, Failure } from '../engine/disturbance.js';
import type { Topology } from '../engine/topology.js';
import type { TrafficCurve } from '../engine/traffic.js';

/**
 * Everything that makes one incident different from another. A scenario is one function from a seed to a story; the
 * engine turns the story into telemetry.
 */
export interface Story {
  readonly name: string;
  readonly seed: number | undefined;
  readonly clock: Clock;
  readonly topology: Topology;
  readonly traffic: { readonly curve: TrafficCurve; readonly lossAtFullFault: number };
  readonly targets: Targets;
  /** Faults besides those that follow from a pool's limit. */
  readonly disturbances: readonly Disturbance[];
  /** How a request fails that got no connection from a pool in time. */
  readonly poolFailure: (owner: string, target: string, timeoutMs: number) => Failure;
  readonly releases: readonly Release[];
  /** Where services keep their configuration: in a ConfigMap, or in the container's own environment. */
  readonly configIn: 'config-map' | 'environment';
  /** Exactly so many lines of a disturbance's failure stand in the logs from `onsetMs` to now. */
  readonly failureLines: { readonly disturbanceId: string; readonly count: number };
  readonly onsetMs: number;
  readonly alertRule: AlertRule;
  readonly truth: Truth;
}

export interface AlertRule {
  readonly name: string;
  readonly severity: string;
  readonly team: string;
  readonly service: string;
  readonly thresholdSeconds: number;
  /** How long the threshold must be passed before the alert fires. */
  readonly forMs: number;
}

/** What really happened. Only scoring and `--truth` may look. */
export interface Truth {
  readonly service: string;
  readonly change: PlantedChange;
  /** Services that suffer from the one at fault: its callers, and those whose traffic it withholds. */
  readonly victims: readonly string[];
  /** The service that an observer of traffic alone would blame. */
  readonly decoy: string;
  /** An unrelated deploy shortly before the onset. */
  readonly redHerring: { readonly service: string; readonly version: string; readonly atMs: number };
  readonly onsetMs: number;
}

export interface PlantedChange {
  readonly service: string;
  readonly from: string;
  readonly to: string;
  readonly key: string;
  readonly before: string;
  readonly after: string;
  readonly atMs: number;
  /** Name of the person, as the commit has it. */
  readonly actor: string;
  readonly changeRequest: number;
  readonly revision: string;
  readonly previousRevision: string;
}
