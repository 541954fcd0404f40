import type { Alert, AlertRecord, Brief, Effects } from '@midwatch/core/incident';

export function sampleAlert(change: Partial<Alert> = {}): Alert {
  return {
    source: 'alertmanager',
    fingerprint: 'f1',
    status: 'firing',
    name: 'CheckoutErrors',
    severity: 'critical',
    startsAtMs: 1_000,
    target: { service: 'checkout', namespace: 'shop', environment: 'production' },
    labels: { alertname: 'CheckoutErrors', service: 'checkout' },
    annotations: {},
    ...change,
  };
}

/** Alerts of one group, joined within a minute. */
export function sampleRecord(
  change: Partial<Omit<AlertRecord, 'alert'>> & { alert?: Partial<Alert> } = {},
): AlertRecord {
  const { alert, ...rest } = change;
  const nowMs = rest.nowMs ?? 10_000;
  return {
    incidentId: 'inc-1',
    groupKey: 'production/shop/checkout',
    joinSinceMs: nowMs - 60_000,
    nowMs,
    effects: {},
    ...rest,
    alert: sampleAlert(alert),
  };
}

/** Some steps, due one after the other from `firstDueAtMs` on. */
export function sampleSteps(count: number, firstDueAtMs = 0): Effects {
  return {
    steps: Array.from({ length: count }, (_, index) => ({
      key: `s${index}`,
      kind: 'collect',
      input: { index },
      dueAtMs: firstDueAtMs + index,
    })),
  };
}

export function sampleBrief(headline: string): Brief {
  return {
    headline,
    status: 'firing',
    service: 'checkout',
    sinceMs: 1_000,
    verdict: 'cause-found',
    confidence: 'HIGH',
    confidenceReason: 'a change and its shift agree',
    cause: 'The pool was cut.',
    suspects: [],
    numbers: [],
    actions: [],
    evidence: [],
    timeline: [],
    disprovedBy: [],
    notChecked: [],
    footer: {
      analyzer: 'evidence',
      collectedMs: 900,
      sources: { asked: 4, answered: 4 },
      read: { logs: 1, metrics: 1, traces: 0, deploys: 0, incidents: 0 },
      withheld: 0,
      notes: [],
    },
  };
}
