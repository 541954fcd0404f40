import type { IncidentSignal } from '@midwatch/core';
import type { Alert } from '@midwatch/core/incident';
import { expect, it } from 'vitest';
import { findClusterEvents } from './find-cluster-events.js';

const event: IncidentSignal = {
  kind: 'incidents',
  id: 'i1',
  timestampMs: 1_000,
  timeUnixNano: '1000000000',
  connectorId: 'kubernetes',
  queryId: 'q1',
  title: 'Back-off restarting failed container',
  reason: 'BackOff',
  service: 'api',
  namespace: 'shop',
  object: 'pod/api-1',
  state: 'firing',
};
const find = (...events: IncidentSignal[]) =>
  findClusterEvents(events, { startMs: 0, endMs: 2_000 }, { name: 'ApiDown' } as Alert).map(
    ({ draft }) => draft,
  );

it('tells where events happened and who saw them, unless several did', () => {
  expect(find(event)).toMatchObject([{ object: 'pod/api-1', namespace: 'shop', connectorId: 'kubernetes' }]);
  const [both] = find(event, { ...event, id: 'i2', connectorId: 'other', object: 'pod/api-2' });
  expect(both).toMatchObject({ namespace: 'shop', count: 2 });
  expect(both).not.toHaveProperty('connectorId');
  expect(both).not.toHaveProperty('object');
  expect(find(event, { ...event, id: 'i2', namespace: 'other' })).toHaveLength(2);
});
