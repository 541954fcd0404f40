import type {
  ChangeFinding,
  ClusterEventFinding,
  LogPatternFinding,
  MetricShiftFinding,
  TraceFaultFinding,
} from '@midwatch/core/incident';
import type { Call } from '../trace-faults/call.js';

/** A finding before it has its number. */
export type FindingDraft =
  | Omit<LogPatternFinding, 'id'>
  | Omit<MetricShiftFinding, 'id'>
  | Omit<TraceFaultFinding, 'id'>
  | Omit<ChangeFinding, 'id'>
  | Omit<ClusterEventFinding, 'id'>;

/** What a clue is about. Clues of one family repeat each other; families agree with each other. */
export type ClueFamily = 'structure' | 'errors' | 'time' | 'resources' | 'events' | 'neighbours' | 'traffic';
export const clueFamilies = [
  'structure',
  'errors',
  'time',
  'resources',
  'events',
  'neighbours',
  'traffic',
] as const;

/** A draft of a finding, and what it says of whose fault it is. */
export interface Clue {
  readonly draft: FindingDraft;
  readonly family: ClueFamily;
  /** Whom it speaks against; nobody when it only describes a victim. */
  readonly blamed: string | undefined;
  /** Nats of evidence, less what is not decisive for blame. */
  readonly gain: number;
  /** The calls that show it, where traces do. */
  readonly affected: readonly Call[];
  /** Could be a symptom of whatever the service calls, as a latency is; self times and own errors could not. */
  readonly mayBeSymptom: boolean;
  /** Clues of other services that it explains by something else than calls. */
  readonly accountsFor?: readonly Clue[];
}
