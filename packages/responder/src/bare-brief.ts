import type { Brief, IncidentDetails } from '@midwatch/core/incident';
import { isStorm, stormTitle } from './storm.js';

/** When nothing was read: people hear of the alert all the same, and why there is no more. */
export function bareBrief(incident: IncidentDetails, why: string, nowMs: number): Brief {
  const { alerts, status, title } = incident;
  const alert = alerts[0]?.alert;
  const { namespace } = alert?.target ?? {};
  const service = isStorm(incident) ? 'many services' : (alert?.target.service ?? 'unknown service');
  const where = namespace === undefined ? service : `${service} in ${namespace}`;
  return {
    headline: isStorm(incident) ? stormTitle(incident) : `${alert?.name ?? title}: ${where}`,
    status,
    service,
    ...(namespace === undefined ? {} : { namespace }),
    ...(alert?.severity === undefined ? {} : { severity: alert.severity }),
    sinceMs: alert?.startsAtMs ?? nowMs,
    verdict: 'insufficient-evidence',
    confidence: 'LOW',
    confidenceReason: 'nothing was read',
    cause: [alert?.summary, why].filter(Boolean).join(' '),
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
