import type { IncidentSignal } from '@midwatch/core';
import { expect, it } from 'vitest';
import { fleet, onsetMs, ordinary, reduced } from '../__fixtures__/small-fleet.js';

const pressure: IncidentSignal = {
  kind: 'incidents',
  id: 'i1',
  connectorId: 'kubernetes',
  queryId: 'q1',
  timestampMs: onsetMs,
  timeUnixNano: `${onsetMs}000000`,
  title: 'The node has disk pressure',
  reason: 'DiskPressure',
  object: 'node/n2',
  state: 'firing',
};

function judged(nodes: Readonly<Record<string, string>>) {
  const { traces, logs } = fleet({ ...ordinary, shopMs: 60, storeMs: 40 });
  const placed = logs.map((log) => {
    const node = nodes[log.service ?? ''];
    return node === undefined ? log : { ...log, attributes: { 'k8s.node.name': node } };
  });
  const alone = reduced({ traces, logs: placed });
  const told = reduced({ traces, logs: placed, incidents: [pressure] });
  const scoreOf = ({ suspects }: typeof alone, service: string) =>
    suspects.find((suspect) => suspect.service === service)?.score ?? 0;
  return {
    gainOf: (service: string) => scoreOf(told, service) - scoreOf(alone, service),
    events: told.findings.filter(({ kind }) => kind === 'cluster-event'),
    idsOf: (service: string) => told.suspects.find((suspect) => suspect.service === service)?.findingIds,
  };
}

it('the trouble of a machine speaks for the services that suffer on it, and is one finding', () => {
  const { gainOf, events, idsOf } = judged({ gate: 'n1', shop: 'n2', store: 'n3' });
  expect(gainOf('shop')).toBeGreaterThan(0.1);
  expect(gainOf('store')).toBeLessThanOrEqual(0);
  expect(events).toHaveLength(1);
  expect(events[0]?.statement).toContain('shop runs there');
  expect(idsOf('shop')).toContain(events[0]?.id);
});

it('the trouble of a machine speaks for nobody where nothing tells who runs on it', () => {
  const { gainOf, events } = judged({});
  expect(gainOf('shop')).toBe(0);
  expect(events).toHaveLength(1);
});
