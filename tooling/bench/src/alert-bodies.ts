// What the load of `ack-vs-bare` and `alert-rate` consists of: alerts by number, the same for the same number.

export type Mix = 'storm' | 'usual' | 'quiet';

export interface SentAlert {
  readonly fingerprint: string;
  readonly startsAtMs: number;
  readonly status: 'firing' | 'resolved';
  readonly service: string;
  readonly namespace: string;
}

const STORM_SERVICES = 500;
/** Five services in each namespace: below what makes a storm. */
const USUAL_SERVICES = 300;
const SERVICES_OF_NAMESPACE = 5;
/** Of 20 usual alerts: what was sent before, as it is sent again every few minutes; ... */
const REPEATED = 12;
/** ... what is over; the other four are new. */
const RESOLVED = 4;

/** `quiet`: 100 services in 20 namespaces, every alert new. */
const QUIET_SERVICES = 100;

export function alertOf(mix: Mix, number: number, startMs: number): SentAlert {
  if (mix === 'storm') return newAlert(number, number % STORM_SERVICES, 'shop', startMs);
  if (mix === 'quiet') return usualAlert(number, QUIET_SERVICES, startMs);
  const [round, place] = [Math.floor(number / 20), number % 20];
  const isNew = place >= REPEATED + RESOLVED;
  if (isNew || round === 0) return usualAlert(number, USUAL_SERVICES, startMs);
  const news = 20 - REPEATED - RESOLVED;
  // One of an earlier round; a repetition of the last hundred rounds, a resolve of the round two hundred before.
  const isResolve = place >= REPEATED;
  const earlier = isResolve ? round - 200 : round - 1 - (scatter(number) % Math.min(round, 100));
  if (earlier < 0) return usualAlert(number, USUAL_SERVICES, startMs);
  const target = earlier * 20 + REPEATED + RESOLVED + (isResolve ? place - REPEATED : scatter(number) % news);
  const alert = usualAlert(target, USUAL_SERVICES, startMs);
  return isResolve ? { ...alert, status: 'resolved' } : alert;
}

function usualAlert(number: number, services: number, startMs: number): SentAlert {
  const service = scatter(number) % services;
  return newAlert(number, service, `place-${Math.floor(service / SERVICES_OF_NAMESPACE)}`, startMs);
}

function newAlert(number: number, service: number, namespace: string, startMs: number): SentAlert {
  const fingerprint = (0x1000_0000 + number).toString(16).padStart(16, '0');
  const startsAtMs = startMs + number;
  return { fingerprint, startsAtMs, status: 'firing', service: `service-${service}`, namespace };
}

function scatter(number: number): number {
  return Math.imul(number ^ (number >>> 15), 0x2c1b_3c6d) >>> 8;
}

/** As Alertmanager and Grafana send it: their bodies have the same form. */
export function bodyOf(alerts: readonly SentAlert[]): string {
  return JSON.stringify({
    version: '4',
    groupKey: '{}:{alertname="ErrorsHigh"}',
    status: 'firing',
    receiver: 'midwatch',
    groupLabels: { alertname: 'ErrorsHigh' },
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'https://alerts.example.com/',
    truncatedAlerts: 0,
    alerts: alerts.map(({ fingerprint, namespace, service, startsAtMs, status }) => ({
      status,
      labels: {
        alertname: 'ErrorsHigh',
        service,
        namespace,
        severity: 'critical',
        pod: `${service}-7d9f6c5b4-x2x4z`,
        team: 'payments',
      },
      annotations: {
        summary: `more than 5 % of the requests to ${service} fail`,
        description: 'The ratio of HTTP 5xx to all requests is 12.4 % over the last 5 minutes.',
        runbook_url: 'https://runbooks.example.com/errors-high',
      },
      startsAt: new Date(startsAtMs).toISOString(),
      endsAt: status === 'resolved' ? new Date(startsAtMs + 60_000).toISOString() : '0001-01-01T00:00:00Z',
      generatorURL: 'https://prometheus.example.com/graph?g0.expr=errors',
      fingerprint,
    })),
  });
}
