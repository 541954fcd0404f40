// Wall time of a collection over that of an ideal scheduler, for 24 requests of 50 to 900 ms under the caps of six in all
// and two per connector. The ideal one knows every duration beforehand; the real one learns them. Eight backends answer three
// requests each. Two cases: each backend has its own pace (as backends have), and durations that have nothing to do with
// each other, where knowing them cannot be made up for.
import { type ConnectorV1, collectSignals, type Plan, type PlannedQuery } from '@midwatch/core';
import { printResult } from './bench-result.ts';

const BACKENDS = 8;
const REQUESTS_EACH = 3;
const MIN_MS = 50;
const MAX_MS = 900;
const MAX_IN_FLIGHT = 6;
const MAX_PER_BACKEND = 2;
const SEEDS = Array.from({ length: 12 }, (_, index) => index + 1);

interface Request {
  readonly backend: number;
  readonly durationMs: number;
}

const cases = [
  { name: 'collect', durations: paceOfBackends },
  { name: 'collect.unrelated-durations', durations: unrelated },
];
for (const { name, durations } of cases) {
  const incidents = SEEDS.map((seed) => durations(createRandom(seed)));
  const idealsMs = incidents.map((requests, index) => idealMs(requests, createRandom(index)));
  const wallsMs = await Promise.all(incidents.map(collect));
  const ratio = Number((sum(wallsMs) / sum(idealsMs)).toFixed(3));
  printResult({ name, value: Math.round(sum(wallsMs) / SEEDS.length), unit: 'ms', ratio });
}

function paceOfBackends(random: () => number): Request[] {
  const pace = Array.from({ length: BACKENDS }, () => MIN_MS + random() * (MAX_MS - MIN_MS));
  return toRequests((backend) => clamp((pace[backend] ?? MIN_MS) * (0.8 + 0.4 * random())));
}

function unrelated(random: () => number): Request[] {
  return toRequests(() => MIN_MS + random() * (MAX_MS - MIN_MS));
}

function toRequests(durationOf: (backend: number) => number): Request[] {
  return Array.from({ length: BACKENDS * REQUESTS_EACH }, (_, index) => {
    const backend = index % BACKENDS;
    return { backend, durationMs: Math.round(durationOf(backend)) };
  });
}

/** The real collection: a connector for each backend, a planned query for each of its requests. */
async function collect(requests: readonly Request[]): Promise<number> {
  const left = requests.map((request) => ({ ...request }));
  const connectors = Array.from({ length: BACKENDS }, (_, backend): ConnectorV1 => {
    const id = `backend-${backend}`;
    return {
      specVersion: 'v1',
      id,
      sources: {
        logs: {
          limits: { maxItems: 10 },
          async doQuery(_, call) {
            await (await call.fetch(`https://${id}.example/`)).text();
            return { signals: [], gaps: [], provenance: [] };
          },
        },
      },
      checkHealth: () => Promise.resolve({ state: 'healthy' }),
    };
  });
  const fetch = async (input: string) => {
    const backend = Number(new URL(input).hostname.split('.')[0]?.split('-')[1]);
    const index = left.findIndex((request) => request.backend === backend);
    const [request] = left.splice(index, 1);
    await new Promise((resolve) => setTimeout(resolve, request?.durationMs));
    return new Response('');
  };
  const startMs = performance.now();
  await collectSignals({
    connectors,
    plan: planOf(REQUESTS_EACH),
    redact: 'none',
    fetch,
    deadlineMs: 20_000,
  });
  return performance.now() - startMs;
}

function planOf(count: number): Plan {
  const window = { startMs: 0, endMs: 60_000 };
  const query = { window, target: {}, limit: 10, keep: 'newest' } as const;
  const planned: PlannedQuery = { kind: 'logs', purpose: 'window', wave: 1, priority: 1, query };
  return {
    window,
    baseline: window,
    baselineName: 'bench',
    services: [],
    queries: Array.from({ length: count }, () => planned),
    secondWave: () => [],
  };
}

/** The shortest of many schedules made with all durations known: by rule, and at random. */
function idealMs(requests: readonly Request[], random: () => number): number {
  const work = (backend: number) =>
    sum(requests.filter((request) => request.backend === backend).map(({ durationMs }) => durationMs));
  const rules: ((request: Request) => number)[] = [
    ({ durationMs }) => durationMs,
    ({ backend, durationMs }) => Math.max(durationMs, work(backend) / MAX_PER_BACKEND),
    ({ backend }) => work(backend),
  ];
  const schedules = [
    ...rules.map((rule) => [...requests].sort((one, other) => rule(other) - rule(one))),
    ...Array.from({ length: 3000 }, () => shuffle(requests, random)),
  ];
  return Math.min(...schedules.map(makespanMs));
}

/** The end of the last request when each goes, in this order, as soon as both caps let it. */
function makespanMs(order: readonly Request[]): number {
  const waiting = [...order];
  let inFlight: { readonly backend: number; readonly endMs: number }[] = [];
  let nowMs = 0;
  while (waiting.length > 0 || inFlight.length > 0) {
    const isFree = ({ backend }: Request) =>
      inFlight.filter((one) => one.backend === backend).length < MAX_PER_BACKEND;
    const index = inFlight.length < MAX_IN_FLIGHT ? waiting.findIndex(isFree) : -1;
    const [request] = index < 0 ? [] : waiting.splice(index, 1);
    if (request !== undefined) {
      inFlight.push({ backend: request.backend, endMs: nowMs + request.durationMs });
      continue;
    }
    nowMs = Math.min(...inFlight.map(({ endMs }) => endMs));
    inFlight = inFlight.filter(({ endMs }) => endMs > nowMs);
  }
  return nowMs;
}

function shuffle<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}

function clamp(ms: number): number {
  return Math.min(Math.max(ms, MIN_MS), MAX_MS);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Mulberry32: the same numbers from the same seed. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
