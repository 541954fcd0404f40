import { type GenericMapping, parseGeneric } from '@midwatch/alerts';

const mapping = {
  alerts: 'payload.events',
  name: 'check.title',
  status: { path: 'state', firing: ['ALERT'], resolved: ['OK'] },
  startsAt: { path: 'opened', format: 'seconds' },
  fingerprint: 'check.id',
  service: ['tags', 'service.name'],
  severity: 'level',
  labels: 'tags',
} as const satisfies GenericMapping;

export function read(body: string): readonly string[] {
  const { alerts, problems } = parseGeneric(body, mapping);
  return [
    ...alerts.map(({ name, status }) => `${name} ${status}`),
    ...problems.map(({ message }) => message),
  ];
}
