import { expect } from 'vitest';
import { createRandom } from '../engine/random.js';
import { simulateRequest, type Visit } from '../engine/request.js';
import { findOperation } from '../engine/topology.js';
import { createScenario, type Scenario } from '../scenario.js';
import { createSimulatorFetch } from '../simulator-fetch.js';
import { toQuery } from './query-text.js';

export function play(name: string, seed: number | undefined): Scenario {
  return createScenario({ name, ...(seed !== undefined && { seed }) });
}

export async function readJson(
  scenario: Scenario,
  path: string,
  parameters: Readonly<Record<string, string | number>>,
): Promise<unknown> {
  const headers = { authorization: `Bearer ${scenario.argocdToken}` };
  const url = `http://simulator${path}?${toQuery(parameters)}`;
  const response = await createSimulatorFetch(scenario)(url, { headers });
  expect(response.status).toBe(200);
  return response.json();
}

/** All values of an instant query. */
export async function valuesAt(scenario: Scenario, query: string, atMs: number): Promise<number[]> {
  const { data } = (await readJson(scenario, '/prometheus/api/v1/query', { query, time: atMs / 1000 })) as {
    data: { result: { value: [number, string] }[] };
  };
  return data.result.map(({ value }) => Number(value[1]));
}

export async function valueAt(scenario: Scenario, query: string, atMs: number): Promise<number> {
  const values = await valuesAt(scenario, query, atMs);
  expect(values).toHaveLength(1);
  return values[0] ?? Number.NaN;
}

interface Line {
  readonly app: string;
  readonly text: string;
}

export async function linesWith(scenario: Scenario, text: string, startMs: number, endMs: number): Promise<Line[]> {
  const query = `{namespace=~".+"} |= ${JSON.stringify(text)}`;
  const window = { start: `${startMs}000000`, end: `${endMs}000000`, limit: 5000 };
  const { data } = (await readJson(scenario, '/loki/loki/api/v1/query_range', { query, ...window })) as {
    data: { result: { stream: Record<string, string>; values: [string, string][] }[] };
  };
  return data.result.flatMap(({ stream, values }) =>
    values.map(([, line]) => ({ app: stream['app'] ?? '', text: line })),
  );
}

export async function alertsNow(scenario: Scenario): Promise<{ labels: Record<string, string>; state: string }[]> {
  const { data } = (await readJson(scenario, '/prometheus/api/v1/alerts', {})) as {
    data: { alerts: { labels: Record<string, string>; state: string }[] };
  };
  return data.alerts;
}

/** Requests as they fare at a moment: every visit that any of them makes. */
export function visitsAt(scenario: Scenario, atMs: number): readonly Visit[] {
  const { run } = scenario.world;
  const moment = run.momentAt(Math.ceil((atMs - run.clock.startMs) / run.clock.tickMs));
  const random = createRandom('looked-at', atMs);
  const all: Visit[] = [];
  const collect = (visit: Visit): void => {
    all.push(visit);
    for (const { visit: below } of visit.calls) if (below !== undefined) collect(below);
  };
  for (const { operation } of run.topology.entries) {
    for (let index = 0; index < 60; index += 1) {
      collect(simulateRequest(findOperation(run.topology, operation), 0, moment, random));
    }
  }
  return all;
}
