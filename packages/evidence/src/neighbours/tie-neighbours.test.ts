import type { MetricSignal } from '@midwatch/core';
import { logSignal, metricSignal } from '@midwatch/testkit';
import { describe, expect, it } from 'vitest';
import {
  baseline,
  fleet,
  minuteMs,
  onsetMs,
  ordinary,
  reduced,
  startMs,
  window,
} from '../__fixtures__/small-fleet.js';

/** Cores that a service uses, by the minute. */
function cpu(service: string, before: number, after: number, sinceMs = onsetMs - minuteMs): MetricSignal {
  const points: [number, number][] = [];
  for (let atMs = baseline.startMs; atMs < window.endMs; atMs += minuteMs) {
    const noise = 1 + ((atMs / minuteMs) % 5) / 100;
    points.push([atMs, noise * (atMs < sinceMs ? before : after)]);
  }
  return metricSignal('cpu', points, { service, role: 'cpu.usage', unit: '{cpu}' });
}

const calm = ['gate', 'store', 'report', 'mailer'].map((service) => cpu(service, 0.2, 0.2));

/** `shop` itself becomes slow; `nodes` tells where each service says that it runs. */
function judged(
  nodes: Readonly<Record<string, string>>,
  metrics: readonly MetricSignal[],
  attribute = 'k8s.node.name',
) {
  const { traces, logs } = fleet({ ...ordinary, shopMs: 500 });
  const idle = logSignal('index rebuilt', startMs, { service: 'batch', level: 'info' });
  const placed = [...logs, idle].map((log) => {
    const node = nodes[log.service ?? ''];
    return node === undefined ? log : { ...log, attributes: { [attribute]: node } };
  });
  const { suspects, ceiling, findings } = reduced({ traces, logs: placed, metrics: [...calm, ...metrics] });
  return { first: suspects[0], confidence: ceiling.confidence, findings };
}

const together = { gate: 'n1', shop: 'n2', store: 'n3', batch: 'n2' };
const greedy = [cpu('shop', 0.3, 0.3), cpu('batch', 0.1, 3)];

describe('a service that is slow by itself', () => {
  it('is the victim of a neighbour that takes their machine, though nothing calls the neighbour', () => {
    const { first, confidence, findings } = judged(together, greedy);
    expect(first).toMatchObject({ service: 'batch', victims: ['shop'] });
    expect(first?.reason).toContain('took the machine');
    expect(findings.find(({ service }) => service === 'batch')?.statement).toContain('shop runs on the same');
    expect(confidence).toBe('MEDIUM');
  });

  it.each(['node', 'node_name', 'host.name'])('whatever names the machine: %s', (attribute) => {
    expect(judged(together, greedy, attribute).first?.service).toBe('batch');
  });

  it('is to blame itself when the other runs elsewhere', () => {
    const { first, confidence } = judged({ ...together, batch: 'n1' }, greedy);
    expect(first?.service).toBe('shop');
    expect(confidence).toBe('HIGH');
  });

  it('is blamed, but never surely, when nothing tells who runs where', () => {
    const { first, confidence } = judged({}, greedy);
    expect(first?.service).toBe('shop');
    expect(confidence).toBe('MEDIUM');
  });

  it('is to blame itself when the neighbour rose only afterwards', () => {
    const late = [cpu('shop', 0.3, 0.3), cpu('batch', 0.1, 3, onsetMs + 5 * minuteMs)];
    expect(judged(together, late).first?.service).toBe('shop');
  });

  it('is to blame itself when its own use rose as much', () => {
    const both = [cpu('shop', 0.3, 2.4), cpu('batch', 0.1, 3)];
    expect(judged(together, both).first?.service).toBe('shop');
  });

  it('is not tied by the name that a container gives itself where the machine has another', () => {
    const { traces, logs } = fleet({ ...ordinary, shopMs: 500 });
    const placed = logs.map((log) => ({
      ...log,
      attributes: { 'host.name': 'localhost', 'k8s.node.name': `node-of-${log.service}` },
    }));
    const batch = logSignal('index rebuilt', startMs, {
      service: 'batch',
      attributes: { 'host.name': 'localhost', 'k8s.node.name': 'node-9' },
    });
    const { suspects } = reduced({ traces, logs: [...placed, batch], metrics: [...calm, ...greedy] });
    expect(suspects[0]?.service).toBe('shop');
  });

  it('is tied by the address that its resources are scraped at, where nothing names the machine', () => {
    const at = (metric: MetricSignal, instance: string) => ({ ...metric, attributes: { instance } });
    const scraped = (batchAt: string, others: string) => [
      ...calm.map((metric) => at(metric, others)),
      at(cpu('shop', 0.3, 0.3), '10.0.0.2:10250'),
      at(cpu('batch', 0.1, 3), batchAt),
    ];
    const { traces, logs } = fleet({ ...ordinary, shopMs: 500 });
    const firstOf = (metrics: readonly MetricSignal[]) =>
      reduced({ traces, logs, metrics }).suspects[0]?.service;
    expect(firstOf(scraped('10.0.0.2:10250', '10.0.0.1:10250'))).toBe('batch');
    expect(firstOf(scraped('10.0.0.1:10250', '10.0.0.1:10250'))).toBe('shop');
    // All by way of one collector: that tells of no machine.
    expect(firstOf(scraped('10.0.0.2:10250', '10.0.0.2:10250'))).toBe('shop');
  });
});
