import { describe, expect, it } from 'vitest';
import type { ConnectorV1 } from '../connector/v1/connector.js';
import type { SignalByKind, SignalKind } from '../connector/v1/signal.js';
import type { Redactor } from '../incident/seams.js';
import { plan } from '../plan/plan.js';
import {
  ALERT,
  answering,
  connector,
  deploy,
  incident,
  log,
  metric,
  NOW_MS,
  span,
  trace,
  WINDOW,
} from './__fixtures__/connectors.js';
import { collectSignals } from './collect-signals.js';
import { WITHHELD } from './scrub.js';

const SECRET = 'hunter2-s3cr3t';
const T = WINDOW.startMs + 60_000;
const redact: Redactor = {
  redact: (text) => text.replaceAll(SECRET, '[x]').replaceAll(/(password=)\S+/g, '$1[x]'),
};

const leakyUrl = `https://vendor.example/?q=${SECRET}`;
const attributes = {
  [`key ${SECRET}`]: 1,
  note: `uses ${SECRET}`,
  password: 'swordfish',
  card: 4111111111111111,
  port: 8080,
};

/** The secret in every text that a kind of signal has. */
const signals: { readonly [K in SignalKind]: SignalByKind[K] } = {
  logs: log('leaky', 'l1', T, {
    body: `login with ${SECRET}`,
    attributes,
    url: leakyUrl,
    traceId: `${SECRET} ?`,
  }),
  metrics: metric('leaky', 'm1', [[T, 1]], { name: `m ${SECRET}`, unit: SECRET, attributes }),
  traces: trace('leaky', 't1', [span('edge', T, 5, { operation: `GET /?key=${SECRET}`, attributes })]),
  deploys: deploy('leaky', 'd1', T, {
    summary: `sets ${SECRET}`,
    actor: SECRET,
    changeRequest: SECRET,
    changeRequestUrl: leakyUrl,
    changes: [
      { path: 'password', before: 'swordfish', after: `${SECRET}` },
      { path: `env ${SECRET}`, before: null, after: 'x' },
    ],
    rollback: { system: 'other', object: `app ${SECRET}`, toRevision: '1' },
  }),
  incidents: incident('leaky', 'i1', T, {
    title: `exec ${SECRET}`,
    reason: `no ${SECRET}`,
    severity: SECRET,
    object: `pod ${SECRET}`,
  }),
};

function leaky(): ConnectorV1 {
  const batchOf = <K extends SignalKind>(kind: K) => ({
    limits: { maxItems: 10 },
    doQuery: async ({ window }: { window: typeof WINDOW }) => ({
      signals: [signals[kind]],
      gaps: [{ reason: 'sampled' as const, detail: `half of ${SECRET}` }],
      provenance: [{ queryId: 'q1', language: 'test', text: `{a="${SECRET}"}`, window, url: leakyUrl }],
    }),
  });
  const sources = {
    logs: batchOf('logs'),
    metrics: batchOf('metrics'),
    traces: batchOf('traces'),
    deploys: batchOf('deploys'),
    incidents: batchOf('incidents'),
  };
  return connector('leaky', {}, { sources });
}

const collectWith = (redactor: Redactor | 'none', ...connectors: ConnectorV1[]) =>
  collectSignals({ connectors, plan: plan(ALERT, NOW_MS), redact: redactor, deadlineMs: 1000 });

describe('redaction', () => {
  it('leaves no secret in any text of any kind', async () => {
    const collection = await collectWith(redact, leaky());
    for (const kind of ['logs', 'metrics', 'traces', 'deploys', 'incidents'] as const) {
      expect(collection.signals[kind]).toHaveLength(1);
    }
    const text = JSON.stringify(collection);
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain('swordfish');
    expect(text).not.toContain('vendor.example');
    expect(collection.withheld).toBe(0);
  });

  it('keeps times, counts, ids and names', async () => {
    const { signals: kept } = await collectWith(redact, leaky());
    expect(kept.logs[0]).toMatchObject({
      id: 'l1',
      timestampMs: T,
      body: 'login with [x]',
      attributes: { port: 8080 },
    });
    expect(kept.traces[0]?.spans[0]).toMatchObject({
      service: 'edge',
      durationNs: 5e6,
      operation: 'GET /?key=[x]',
    });
    expect(kept.deploys[0]).toMatchObject({
      service: 'edge',
      revision: 'd1',
      changes: [
        { path: 'password', before: '[x]', after: '[x]' },
        { before: null, after: 'x' },
      ],
    });
    expect(kept.deploys[0]).not.toHaveProperty('rollback');
  });

  it('judges a long number like a text', async () => {
    const cards: Redactor = { redact: (text) => text.replaceAll(/\b4\d{15}\b/g, '[card]') };
    const { signals: kept } = await collectWith(cards, leaky());
    expect(kept.logs[0]?.attributes).toMatchObject({ card: '[card]', port: 8080 });
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error(SECRET);
      },
    ],
    ['gives nothing back', () => undefined],
    ['gives a promise back', () => Promise.resolve('text')],
  ])('withholds all text when the redactor %s, and goes on', async (_, fail) => {
    const collection = await collectWith({ redact: fail as () => string }, leaky());
    const { logs, deploys, traces } = collection.signals;
    expect(logs[0]).toMatchObject({ id: 'l1', timestampMs: T, body: WITHHELD });
    expect(traces[0]?.spans[0]).toMatchObject({ service: 'edge', operation: WITHHELD });
    expect(deploys[0]).toMatchObject({ service: 'edge', actor: WITHHELD, timestampMs: T });
    expect(JSON.stringify(collection)).not.toContain(SECRET);
    expect(collection.withheld).toBeGreaterThanOrEqual(5);
    const report = collection.sources.find(({ kind }) => kind === 'logs');
    expect(report?.state).toBe('partial');
    expect(report?.gaps).toContainEqual({
      reason: 'redacted',
      missing: { count: 1, exact: true },
      detail: 'the redactor failed, so text was withheld',
    });
  });

  it('withholds only what the redactor fails at', async () => {
    const picky: Redactor = {
      redact(text) {
        if (text.includes('bad')) throw new Error();
        return text;
      },
    };
    const lines = [log('logs', 'l1', T, { body: 'bad' }), log('logs', 'l2', T + 1, { body: 'fine' })];
    const collection = await collectWith(picky, connector('logs', { logs: answering<'logs'>(lines) }));
    expect(collection.signals.logs.map(({ body }) => body)).toEqual([WITHHELD, 'fine']);
  });

  it('reaches the messages of errors and the queries that were tried', async () => {
    const failing = connector('failing', {
      logs: async (_, call) => {
        await call.fetch(`https://logs.example/${SECRET}?q=${SECRET}`);
        throw new Error();
      },
    });
    const collection = await collectSignals({
      connectors: [failing],
      plan: plan({ ...ALERT, target: { service: SECRET } }, NOW_MS),
      redact,
      fetch: async () => new Response(null),
    });
    const texts = collection.sources.flatMap(({ provenance }) => provenance.map(({ text }) => text));
    expect(texts[0]).toBe('GET /[x]?q=[x]');
  });

  it('cuts a flood of text, and no secret comes out of the cut', async () => {
    const body = `${'a'.repeat(32_000 - 5)} ${SECRET} ${'b'.repeat(1_000_000)}`;
    const collection = await collectWith(
      redact,
      connector('logs', { logs: answering<'logs'>([log('logs', 'l1', T, { body })]) }),
    );
    const shown = collection.signals.logs[0]?.body ?? '';
    expect(shown.length).toBeLessThan(32_100);
    expect(shown).not.toContain('hunter');
    expect(shown).toContain(`[cut: ${body.length} characters]`);
  });

  it('takes no key of an attribute for more than a key', async () => {
    const hostile = JSON.parse('{"__proto__": "polluted", "constructor": "x"}');
    const collection = await collectWith(
      'none',
      connector('logs', { logs: answering<'logs'>([log('logs', 'l1', T, { attributes: hostile })]) }),
    );
    expect(Object.getPrototypeOf(collection.signals.logs[0]?.attributes)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it("drops a link that is no web page's, also without a redactor", async () => {
    const url = 'javascript:alert(1)';
    const lines = [
      log('logs', 'l1', T, { url }),
      log('logs', 'l2', T + 1, { url: 'https://logs.example/l2' }),
    ];
    const collection = await collectWith('none', connector('logs', { logs: answering<'logs'>(lines) }));
    expect(collection.signals.logs.map((line) => line.url)).toEqual([undefined, 'https://logs.example/l2']);
  });
});
