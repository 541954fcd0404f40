import type { Brief, IncidentDetails } from '@midwatch/core/incident';

/** When nothing could be found out: people hear of the alert all the same, and why there is no more. */
export function failureBrief(
  { alerts, status, title }: IncidentDetails,
  reason: string,
  nowMs: number,
): Brief {
  const alert = alerts[0]?.alert;
  const { service = 'unknown service', namespace } = alert?.target ?? {};
  const where = namespace === undefined ? service : `${service} in ${namespace}`;
  return {
    headline: `${alert?.name ?? title}: ${where}`,
    status,
    service,
    ...(namespace === undefined ? {} : { namespace }),
    ...(alert?.severity === undefined ? {} : { severity: alert.severity }),
    sinceMs: alert?.startsAtMs ?? nowMs,
    verdict: 'insufficient-evidence',
    confidence: 'LOW',
    confidenceReason: 'nothing was read',
    cause: [alert?.summary, `Midwatch could not look into it: ${reason}.`].filter(Boolean).join(' '),
    suspects: [],
    numbers: [],
    actions: [],
    evidence: [],
    timeline: [],
    disprovedBy: [],
    notChecked: [],
    footer: {
      analyzer: 'none',
      collectedMs: 0,
      sources: { asked: 0, answered: 0 },
      read: { logs: 0, metrics: 0, traces: 0, deploys: 0, incidents: 0 },
      withheld: 0,
      notes: [],
    },
  };
}
