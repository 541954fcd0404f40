import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { signalSchemas } from '@midwatch/core';
import { evaluationData } from '@midwatch/vitest-preset/real';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBundle } from './index.js';
import { readTruth } from './scoring.js';

let folder = '';
const incident = {
  id: 'a-1',
  namespace: 'shop',
  now: '2026-11-23T03:45:00Z',
  window: { start: '2026-11-23T03:30:00.500+00:00', end: '2026-11-23T03:45:00Z' },
  baseline: { start: '2026-11-23T05:00:00Z', end: '2026-11-23T05:15:00Z' },
};
const logLine = JSON.stringify({
  resourceLogs: [
    { scopeLogs: [{ logRecords: [{ timeUnixNano: '1795404700000000000', body: { stringValue: 'x' } }] }] },
  ],
});

function write(name: string, content: unknown): void {
  const text =
    typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content);
  writeFileSync(join(folder, name), text);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'midwatch-bundle-'));
  write('incident.json', incident);
  write('alert.json', { version: '4', alerts: [] });
  write('logs.jsonl.gz', gzipSync(`${logLine}\n`));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const call = () => ({ signal: new AbortController().signal, deadlineAtMs: Date.now() + 20_000, fetch });

describe('a bundle', () => {
  it('tells when to look, and has a source for each file', async () => {
    write('traces.jsonl', '');
    write('deploys.json', []);
    const bundle = await openBundle(folder, { id: 'bundle' });
    expect(bundle).toMatchObject({
      id: 'a-1',
      namespace: 'shop',
      nowMs: Date.UTC(2026, 10, 23, 3, 45),
      window: { startMs: Date.UTC(2026, 10, 23, 3, 30, 0, 500), endMs: Date.UTC(2026, 10, 23, 3, 45) },
      baseline: { startMs: Date.UTC(2026, 10, 23, 5, 0) },
      alert: { version: '4', alerts: [] },
    });
    expect(bundle.connector.id).toBe('bundle');
    expect(Object.keys(bundle.connector.sources)).toEqual(['logs', 'traces', 'deploys']);
    const query = { window: bundle.window, target: {}, limit: 5, keep: 'newest' } as const;
    const { signals, provenance } = await bundle.connector.sources.logs!.doQuery(query, call());
    expect(signals.map(({ body }) => body)).toEqual(['x']);
    expect(provenance[0]?.text).toMatch(/^logs\.jsonl\.gz: /);
  });

  it('without an alert is a bundle still', async () => {
    rmSync(join(folder, 'alert.json'));
    expect(await openBundle(folder)).not.toHaveProperty('alert');
  });
});

describe('what is wrong is said with file, field and what to do', () => {
  it.each([
    ['incident.json', undefined, /incident\.json: does not exist/],
    ['incident.json', '{', /incident\.json: is not JSON/],
    ['incident.json', '[]', /incident\.json: must be a JSON object/],
    ['incident.json', { ...incident, id: '' }, /`id` must be a text that is not empty/],
    ['incident.json', { ...incident, now: 'yesterday' }, /`now` must be a time as in RFC 3339, such as/],
    ['incident.json', { ...incident, now: 1795405500000 }, /`now` must be a time/],
    ['incident.json', { ...incident, window: { start: incident.now } }, /`window\.end` must be a time/],
    ['incident.json', { ...incident, baseline: undefined }, /`baseline` must be \{ "start": time/],
    [
      'incident.json',
      { ...incident, window: { start: incident.now, end: incident.now } },
      /`window\.end` must be later than `window\.start`/,
    ],
    ['alert.json', 'Alert!', /alert\.json: is not JSON/],
    ['logs.jsonl.gz', undefined, /holds no telemetry/],
  ])('%s as %j', async (name, content, message) => {
    if (content === undefined) rmSync(join(folder, name));
    else write(name, content);
    await expect(openBundle(folder)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(message),
    });
  });
});

describe('truth', () => {
  it('is read for scoring', async () => {
    write('truth.json', { service: 'checkout', kind: 'delay' });
    expect(await readTruth(folder)).toEqual({ service: 'checkout', kind: 'delay' });
  });

  it.each([[undefined], ['{}'], ['x']])('as %j is an error that says what to do', async (content) => {
    if (content !== undefined) write('truth.json', content);
    await expect(readTruth(folder)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('truth.json'),
    });
  });

  it('is not needed, nor looked at, to open a bundle', async () => {
    write('truth.json', 'not even JSON');
    await expect(openBundle(folder)).resolves.toMatchObject({ id: 'a-1' });
  });
});

evaluationData((data) => {
  const [source = ''] = readdirSync(data, { recursive: true, encoding: 'utf8' })
    .filter((path) => basename(path) === 'incident.json')
    .map((path) => dirname(join(data, path)))
    .sort();

  it('a bundle is read without a gap, and both its windows hold something', async () => {
    const bundle = await openBundle(source);
    for (const kind of ['logs', 'traces', 'metrics'] as const) {
      for (const window of [bundle.window, bundle.baseline]) {
        const query = { window, target: {}, limit: 100_000, keep: 'newest' } as const;
        const batch = await bundle.connector.sources[kind]!.doQuery(query, call());
        expect(batch.gaps).toEqual([]);
        expect(batch.signals.length).toBeGreaterThan(50);
        for (const signal of batch.signals) expect(signalSchemas[kind].safeParse(signal).success).toBe(true);
      }
    }
  });

  it('cut off in the middle, it keeps what it holds and says so', async () => {
    copyFileSync(join(source, 'incident.json'), join(folder, 'incident.json'));
    const whole = readFileSync(join(source, 'traces.jsonl.gz'));
    write('traces.jsonl.gz', whole.subarray(0, whole.length / 2));
    const bundle = await openBundle(folder);
    const query = { window: bundle.window, target: {}, limit: 100_000, keep: 'newest' } as const;
    const { signals, gaps } = await bundle.connector.sources.traces!.doQuery(query, call());
    expect(signals.length).toBeGreaterThan(50);
    expect(gaps).toMatchObject([
      {
        reason: 'invalid-item',
        detail: expect.stringMatching(/^traces\.jsonl\.gz ends in the middle .* lines were read$/),
      },
    ]);
  });
});
