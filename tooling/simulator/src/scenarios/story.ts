import type { Release } from '../deploys/release.js';
import type { Targets } from '../engine/calibration.js';
import type { Clock } from '../engine/clock.js';
import type { Disturbance, Failure } from '../engine/disturbance.js';
import type { Random } from '../engine/random.js';
import type { ResourceEffect } from '../engine/resource-effect.js';
import type { Topology } from '../engine/topology.js';
import type { TrafficCurve } from '../engine/traffic.js';
import type { Statement } from '../logs/log-record.js';

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
  /** What the fault does to pods, apart from their requests. */
  readonly resources?: readonly ResourceEffect[];
  /** Lines that belong to no request and are said only for a while. */
  readonly chatter?: readonly Chatter[];
  /** Services whose pods all run on one node. */
  readonly sharedNode?: { readonly node: string; readonly services: readonly string[] };
  /** When the alert was posted, where that is before now; it need not fire any more. */
  readonly notifiedAtMs?: number;
  /** How a request fails that got no connection from a pool in time. */
  readonly poolFailure: (owner: string, target: string, timeoutMs: number) => Failure;
  readonly releases: readonly Release[];
  /** Where services keep their configuration: in a ConfigMap, or in the container's own environment. */
  readonly configIn: 'config-map' | 'environment';
  /** Exactly so many lines of a disturbance's failure stand in the logs from `onsetMs` to `untilMs`; absent: as it comes. */
  readonly failureLines?: {
    readonly disturbanceId: string;
    readonly count: number;
    /** @default now */
    readonly untilMs?: number;
  };
  readonly onsetMs: number;
  readonly alertRule: AlertRule;
  readonly truth: Truth;
}

export interface StoryOptions {
  /** Absent for the story as it is told in the documentation. */
  readonly seed: number | undefined;
  /** By so much everything happens later than the story says; whole minutes. */
  readonly shiftMs: number;
}

export interface AlertRule {
  readonly name: string;
  readonly severity: string;
  readonly team: string;
  readonly service: string;
  /** Of the p99 latency, or of the share of requests that fail. */
  readonly thresholdSeconds?: number;
  readonly thresholdErrorShare?: number;
  /** How long the threshold must be passed before the alert fires. */
  readonly forMs: number;
}

/** What really happened. Only scoring and `--truth` may look. */
export interface Truth {
  /** `no-fault`: it went away by itself, and no service is to be blamed. */
  readonly kind: 'fault' | 'no-fault';
  /** Absent when there is no fault. */
  readonly service?: string;
  /** Absent when no change is the cause. */
  readonly change?: PlantedChange;
  /** Services that suffer from the one at fault: its callers, and those whose traffic it withholds. */
  readonly victims: readonly string[];
  /** The service that an observer of traffic alone would blame. */
  readonly decoy?: string;
  /** An unrelated deploy shortly before the onset. */
  readonly redHerring?: { readonly service: string; readonly version: string; readonly atMs: number };
  readonly onsetMs: number;
}

export interface PlantedChange {
  readonly service: string;
  readonly from: string;
  readonly to: string;
  /** The setting that the release changes; absent when it changes code alone. */
  readonly key?: string;
  readonly before?: string;
  readonly after?: string;
  readonly atMs: number;
  /** Name of the person, as the commit has it. */
  readonly actor: string;
  readonly changeRequest: number;
  readonly revision: string;
  readonly previousRevision: string;
}

/** A story of a pool that runs full knows all of this. */
export interface PoolTruth extends Truth {
  readonly service: string;
  readonly change: Required<PlantedChange>;
  readonly decoy: string;
  readonly redHerring: Required<Truth>['redHerring'];
}

export interface PoolStory extends Story {
  readonly failureLines: Required<Story>['failureLines'];
  readonly truth: PoolTruth;
}

/** Lines that a service says `perMinute` times a minute, while that is above zero. */
export interface Chatter {
  readonly service: string;
  readonly perMinute: (atMs: number) => number;
  readonly say: (random: Random) => Statement;
}
