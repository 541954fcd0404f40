import type {
  AdmittedAnalysis,
  Dossier,
  Evidence,
  GateAnswer,
  Incident,
  IncidentDetails,
  SeenBefore,
  SourceReport,
} from '@midwatch/core/incident';

/** `GET /incidents` */
export interface IncidentsAnswer {
  readonly incidents: readonly ListedIncident[];
  /** What is amiss with Midwatch itself. */
  readonly midwatch?: readonly string[];
  readonly next?: string;
}

/** `GET /incidents/{id}/look` */
export interface LookAnswer {
  readonly number: number;
  readonly numbers: readonly number[];
  readonly atMs: number;
  readonly isPending: boolean;
  readonly evidence: Evidence;
  readonly seenBefore: readonly SeenIncident[];
  readonly sources: readonly SourceReport[];
  readonly dossier: Omit<Dossier, 'fence'>;
  readonly analysis: AdmittedAnalysis;
}

/** A past incident that is like this one. */
export interface SeenIncident extends SeenBefore {
  /** Where it can still be read. */
  readonly incidentId?: string;
  readonly settled?: { readonly judgement: Judgement; readonly by: string; readonly atMs: number };
}

/** `GET /session` */
export interface SessionAnswer {
  readonly state: 'open' | 'signed-in' | 'signed-out';
  readonly role?: string;
  readonly endsAtMs?: number;
}

export type Judgement = 'right' | 'partly' | 'wrong' | 'unknown';

/** What people have said to an incident. */
interface SaidByPeople {
  readonly owner?: { readonly by: string; readonly atMs: number };
  readonly silence?: { readonly untilMs: number };
  readonly outcome?: {
    readonly judgement: Judgement;
    readonly service?: string;
    readonly cause?: string;
    readonly by: string;
    readonly atMs: number;
  };
}

/** `GET /incidents/{id}` */
export type IncidentAnswer = IncidentDetails & SaidByPeople;
/** Of `GET /incidents` */
export type ListedIncident = Incident &
  SaidByPeople & {
    /** What Midwatch did to a system, while it is not known whether it helped. */
    readonly action?: { readonly title: string; readonly state: 'running' | 'watched' | 'unknown' };
  };

/** `GET /incidents/{id}/actions` */
export interface ActionsAnswer {
  readonly happened: readonly {
    readonly number: number;
    readonly atMs: number;
    readonly action: string;
    readonly actor?: string;
    readonly planId?: string;
    readonly reason?: string;
    readonly gates?: readonly GateAnswer[];
  }[];
}
