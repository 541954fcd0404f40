import type { AdmittedAnalysis, Dossier, Evidence, Incident, SourceReport } from '@midwatch/core/incident';

/** `GET /incidents` */
export interface IncidentsAnswer {
  readonly incidents: readonly Incident[];
  readonly next?: string;
}

/** `GET /incidents/{id}/look` */
export interface LookAnswer {
  readonly number: number;
  readonly numbers: readonly number[];
  readonly atMs: number;
  readonly isPending: boolean;
  readonly evidence: Evidence;
  readonly sources: readonly SourceReport[];
  readonly dossier: Omit<Dossier, 'fence'>;
  readonly analysis: AdmittedAnalysis;
}

/** `GET /session` */
export interface SessionAnswer {
  readonly state: 'open' | 'signed-in' | 'signed-out';
  readonly role?: string;
  readonly endsAtMs?: number;
}
