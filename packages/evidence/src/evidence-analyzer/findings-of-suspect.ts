import type {
  ChangeFinding,
  Evidence,
  Finding,
  LogPatternFinding,
  MetricShiftFinding,
  Suspect,
} from '@midwatch/core/incident';

/** Everything a suspect's words may rest on. */
export interface SuspectFindings {
  readonly suspect: Suspect;
  readonly change: ChangeFinding | undefined;
  /** Its own findings but for the change, strongest first. */
  readonly own: readonly Finding[];
  /** Shifts of what users feel, of itself and of the alerting service, decisive first. */
  readonly felt: readonly MetricShiftFinding[];
  /** New error lines of its own, strongest first. */
  readonly errors: readonly LogPatternFinding[];
}

const feltRoles = ['latency.p99', 'error.ratio', 'latency.p95', 'latency.p50'];

export function findingsOfSuspect(
  suspect: Suspect,
  { findings }: Evidence,
  alertingService: string | undefined,
): SuspectFindings {
  const ids = new Set(suspect.findingIds);
  const cited = findings.filter((finding) => ids.has(finding.id));
  const change = findings.find((finding) => finding.id === suspect.changeId);
  const isOwn = (finding: Finding): boolean =>
    finding.service === undefined || finding.service === suspect.service;
  return {
    suspect,
    change: change?.kind === 'change' ? change : undefined,
    own: cited
      .filter((finding) => finding.kind !== 'change' && isOwn(finding))
      .toSorted((a, b) => order(a) - order(b) || b.strength - a.strength),
    felt: findings
      .filter((finding) => finding.kind === 'metric-shift')
      .filter(
        ({ service }) =>
          service !== undefined && (service === suspect.service || service === alertingService),
      )
      .filter(
        ({ role, direction, strength }) =>
          role !== undefined && feltRoles.includes(role) && direction === 'up' && strength >= 0.3,
      )
      .toSorted(
        (a, b) =>
          feltRoles.indexOf(a.role ?? '') - feltRoles.indexOf(b.role ?? '') || b.strength - a.strength,
      ),
    errors: findings
      .filter((finding) => finding.kind === 'log-pattern')
      .filter(
        ({ service, change: went, level }) =>
          service === suspect.service && isError(level) && (went === 'new' || went === 'up'),
      )
      .toSorted((a, b) => b.strength - a.strength),
  };
}

/** What is read per request says more than rates. */
function order(finding: Finding): number {
  if (finding.kind === 'trace-fault') return 0;
  if (finding.kind === 'cluster-event') return 1;
  return finding.kind === 'log-pattern' ? 2 : 3;
}

function isError(level: string | undefined): boolean {
  return level === 'error' || level === 'fatal';
}
