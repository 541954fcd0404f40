import type { ConnectorV1, SignalBatchV1, SignalKind, SignalQueryByKind, TimeWindow } from '@midwatch/core';
import { type Signal, signalKinds } from '@midwatch/core';
import type { Alert } from '@midwatch/core/incident';

/** A one-to-one map of service names, and the same incident under the new ones. */
export interface Renaming {
  readonly connectors: readonly ConnectorV1[];
  readonly alert: Alert;
  /** The name that a renamed service has outside. */
  toOld(service: string): string;
}

/** As much as a bundle holds. */
const EVERYTHING = 1_000_000;

/**
 * Renames every service of an incident by a map drawn from `seed`, in service fields and wherever the name stands in a
 * text. Evidence that depends on what services are called shows by suspects that do not map alike.
 */
export async function renameServices(
  connectors: readonly ConnectorV1[],
  alert: Alert,
  periods: readonly TimeWindow[],
  seed: number,
): Promise<Renaming> {
  const names = await findServices(connectors, periods);
  if (alert.target.service !== undefined) names.add(alert.target.service);
  const { toOld, rewrite } = drawNames(names, seed);
  return {
    toOld,
    alert: rewriteDeep(alert, rewrite),
    connectors: connectors.map((connector) => renameConnector(connector, toOld, rewrite)),
  };
}

async function findServices(
  connectors: readonly ConnectorV1[],
  periods: readonly TimeWindow[],
): Promise<Set<string>> {
  const names = new Set<string>();
  const call = {
    signal: new AbortController().signal,
    deadlineAtMs: Date.now() + 60_000,
    fetch: () => Promise.reject(new TypeError('bundles are read from files')),
  };
  for (const connector of connectors) {
    for (const kind of signalKinds) {
      for (const window of periods) {
        const query = { window, target: {}, limit: EVERYTHING, keep: 'newest' } as const;
        const batch = await connector.sources[kind]?.doQuery(query, call);
        for (const signal of batch?.signals ?? []) for (const name of servicesOf(signal)) names.add(name);
      }
    }
  }
  return names;
}

function servicesOf(signal: Signal): readonly string[] {
  if (signal.kind === 'traces') return signal.spans.map(({ service }) => service);
  return signal.service === undefined || signal.service === '' ? [] : [signal.service];
}

function drawNames(names: ReadonlySet<string>, seed: number) {
  const sorted = [...names].sort();
  const random = createRandom(seed);
  const numbers = sorted.map((_, index) => index);
  for (let index = numbers.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [numbers[index], numbers[other]] = [numbers[other] ?? 0, numbers[index] ?? 0];
  }
  const newNames = new Map(
    sorted.map((name, index) => [name, `unit-${String(numbers[index]).padStart(4, '0')}`]),
  );
  const oldNames = new Map([...newNames].map(([name, renamed]) => [renamed, name]));
  // Longest first, so that a name that begins with another is not renamed in half.
  const alternatives = sorted.sort((one, other) => other.length - one.length).map(escapeRegExp);
  const pattern = alternatives.length === 0 ? undefined : new RegExp(alternatives.join('|'), 'g');
  return {
    toOld: (name: string) => oldNames.get(name) ?? name,
    rewrite: (text: string) =>
      pattern === undefined ? text : text.replace(pattern, (name) => newNames.get(name) ?? name),
  };
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** mulberry32: small, and the same everywhere. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function renameConnector(
  connector: ConnectorV1,
  toOld: (name: string) => string,
  rewrite: (text: string) => string,
): ConnectorV1 {
  const sources: Record<string, unknown> = {};
  function addSource<K extends SignalKind>(kind: K): void {
    const source = connector.sources[kind];
    if (source === undefined) return;
    sources[kind] = {
      limits: source.limits,
      doQuery: async (query: SignalQueryByKind[K], call: Parameters<typeof source.doQuery>[1]) => {
        const { service } = query.target;
        const target = service === undefined ? query.target : { ...query.target, service: toOld(service) };
        const batch: SignalBatchV1<K> = await source.doQuery({ ...query, target }, call);
        return { ...batch, signals: batch.signals.map((signal) => rewriteDeep(signal, rewrite)) };
      },
    };
  }
  for (const kind of signalKinds) addSource(kind);
  return { ...connector, sources: sources as ConnectorV1['sources'] };
}

/** Ids and times hold no service name, so every text may go through the map. */
function rewriteDeep<T>(value: T, rewrite: (text: string) => string): T {
  if (typeof value === 'string') return rewrite(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => rewriteDeep(item, rewrite)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, rewriteDeep(item, rewrite)]),
  ) as T;
}
