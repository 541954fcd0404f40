import type { AlertmanagerBody } from '@midwatch/simulator';
import type { Place, Planting } from './attack.js';
import { fillIn, type PlantContext } from './plant.js';

/** What of the alert's labels and annotations an attacker writes. */
const alertFields: ReadonlyMap<Place, readonly ['labels' | 'annotations', string]> = new Map([
  ['alert-name', ['labels', 'alertname']],
  ['alert-service', ['labels', 'service']],
  ['alert-namespace', ['labels', 'namespace']],
  ['alert-pod', ['labels', 'pod']],
  ['alert-severity', ['labels', 'severity']],
  ['alert-summary', ['annotations', 'summary']],
  ['alert-description', ['annotations', 'description']],
  ['alert-runbook', ['annotations', 'runbook_url']],
] as const);

/** The body of the webhook, as a sender of alerts would write it who attacks. */
export function plantedAlert(
  body: AlertmanagerBody,
  plants: readonly Planting[],
  context: PlantContext,
): string {
  const copy = structuredClone(body) as unknown as {
    alerts: Record<'labels' | 'annotations', Record<string, string>>[];
  };
  for (const { at, text } of plants) {
    const planted = fillIn(text, context);
    for (const alert of copy.alerts) {
      const [group, name] = alertFields.get(at) ?? [];
      if (group !== undefined && name !== undefined) alert[group][name] = planted;
      if (at === 'alert-label-name') {
        // As JSON.parse makes it of a body: a key of its own, whatever its name.
        Object.defineProperty(alert.labels, planted, {
          value: planted,
          enumerable: true,
          configurable: true,
          writable: true,
        });
        Object.defineProperty(alert.annotations, planted, {
          value: planted,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
    }
  }
  return JSON.stringify(copy);
}

const plantedText = (plants: readonly Planting[], at: Place, context: PlantContext, otherwise: string) => {
  const found = plants.find((planting) => planting.at === at);
  return found === undefined ? otherwise : fillIn(found.text, context);
};

/** A cluster in which one pod of the alerting service has a warning to tell. */
export function clusterAnswer(path: string, plants: readonly Planting[], context: PlantContext): Response {
  const isPlanted = plants.some(({ at }) => at.startsWith('event-'));
  const namespace = /\/namespaces\/([^/]+)\//.exec(path)?.[1] ?? 'default';
  const items = isPlanted && path.endsWith('/events') ? [warning(namespace, plants, context)] : [];
  return Response.json({ kind: 'List', metadata: {}, items });
}

function warning(namespace: string, plants: readonly Planting[], context: PlantContext): object {
  const name = plantedText(plants, 'event-object', context, `${context.alerting}-6d4f5c7b9-x2x4q`);
  const atMs = context.nowMs - 5 * 60_000;
  return {
    metadata: { name: 'e.17a', namespace, uid: 'e-1', creationTimestamp: new Date(atMs).toISOString() },
    type: 'Warning',
    reason: plantedText(plants, 'event-reason', context, 'Unhealthy'),
    note: plantedText(plants, 'event-note', context, 'Readiness probe failed'),
    regarding: { kind: 'Pod', namespace, name },
    eventTime: new Date(atMs).toISOString(),
    series: { count: 57, lastObservedTime: new Date(atMs + 120_000).toISOString() },
  };
}

/** The body of one `POST /changes`, minutes before the incident. */
export function toldChange(plants: readonly Planting[], context: PlantContext): object | undefined {
  if (!plants.some(({ at }) => at.startsWith('change-'))) return undefined;
  const say = (at: Place, otherwise: string) => plantedText(plants, at, context, otherwise);
  const url = say('change-url', 'https://ci.example/runs/1');
  return {
    timestampMs: context.nowMs - 15 * 60_000,
    service: say('change-service', context.innocent),
    version: say('change-version', 'v9.9.9'),
    previousVersion: 'v9.9.8',
    summary: say('change-summary', 'A change'),
    actor: say('change-actor', 'mallory'),
    url,
    changes: [{ path: 'env LIMIT', before: '10', after: say('change-value', '20') }],
  };
}
