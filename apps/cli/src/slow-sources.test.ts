import { parseAlertmanager } from '@midwatch/alerts';
import { renderTerminal } from '@midwatch/brief';
import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createJaegerConnector } from '@midwatch/connector-jaeger';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import type { ConnectorV1 } from '@midwatch/core';
import {
  createScenario,
  createSimulatorFetch,
  type SimulatorFault,
  type SourceName,
} from '@midwatch/simulator';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { investigate, redactor } from './investigation-parts.js';

const scenario = createScenario({ name: 'pool-exhaustion' });
const sound = createSimulatorFetch(scenario);

// Time passes only while something waits for it, so that a busy machine is no slow source.
beforeEach(() => void vi.useFakeTimers({ now: scenario.nowMs }));
afterEach(() => void vi.useRealTimers());

/** Lets time pass until the promise is settled, at most this long; what never ends is no answer. */
async function settled<T>(running: Promise<T>, withinMs: number): Promise<T> {
  let isOver = false;
  const ending = running.finally(() => {
    isOver = true;
  });
  ending.catch(() => undefined);
  for (let passedMs = 0; !isOver && passedMs < withinMs; passedMs += 50) {
    await vi.advanceTimersByTimeAsync(50);
  }
  if (!isOver) throw new Error(`no end after ${withinMs} ms`);
  return ending;
}

/** Two connectors of each vendor; the second of three vendors has a server that is broken in its own way. */
function createConnectors(faults: Partial<Record<SourceName, SimulatorFault>>): readonly ConnectorV1[] {
  const broken = createSimulatorFetch(scenario, { faults });
  return ['sound', 'other'].flatMap((name) => {
    const fetch = name === 'sound' ? sound : broken;
    const at = (vendor: SourceName) => ({
      id: `${vendor}-${name}`,
      baseUrl: `http://simulator/${vendor}`,
      fetch,
    });
    return [
      createLokiConnector(at('loki')),
      createPrometheusConnector(at('prometheus')),
      createArgoCdConnector({ ...at('argocd'), token: scenario.argocdToken }),
      createJaegerConnector(at('jaeger')),
    ];
  });
}

describe('eight sources, of which one is slow, one never answers and one drips', () => {
  it('ends within the deadline, leaves the others their time, goes on to wave 2 and names the three', async () => {
    const [alert] = parseAlertmanager(JSON.stringify(scenario.alert)).alerts;
    if (alert === undefined) throw new Error('the scenario fires no alert');
    const deadlineMs = 3000;
    const running = investigate({
      alert,
      nowMs: scenario.nowMs,
      redact: redactor,
      collectDeadlineMs: deadlineMs,
      connectors: createConnectors({
        loki: { kind: 'delay', delayMs: 10_000 },
        prometheus: { kind: 'hang' },
        argocd: { kind: 'drip', bytesEach: 1, intervalMs: 1000 },
      }),
    });
    const { brief, collection } = await settled(running, 2 * deadlineMs);
    expect(collection.durationMs).toBeLessThanOrEqual(deadlineMs);

    const broken = ['loki-other', 'prometheus-other', 'argocd-other'];
    const answered = collection.sources.filter(
      ({ connectorId }) => connectorId !== '' && !broken.includes(connectorId),
    );
    expect(new Set(answered.map(({ connectorId }) => connectorId)).size).toBe(5);
    expect(answered.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(answered.some(({ wave, signalCount }) => wave === 2 && signalCount > 0)).toBe(true);
    // They answer at once; none waits until the others' time is over.
    const endsMs = answered.map(({ durationMs, startedMs }) => startedMs + durationMs);
    expect(Math.max(...endsMs)).toBeLessThan(deadlineMs / 2);

    for (const source of broken) {
      const entries = brief.notChecked.filter((entry) => entry.source === source);
      expect(entries.length, `${source} is named`).toBeGreaterThan(0);
      for (const { state, query } of entries) {
        expect(state).toBe('failed');
        expect(query?.text).not.toBe('');
        expect(query).toBeDefined();
      }
    }
    const text = renderTerminal(brief, { nowMs: scenario.nowMs });
    for (const source of broken)
      expect(text).toMatch(new RegExp(`${source} \\(\\w+\\): not checked, [^]{1,200}?\\n +${source} `));
    expect(brief.suspects[0]?.service).toBe(scenario.truth.service);
  });
});
