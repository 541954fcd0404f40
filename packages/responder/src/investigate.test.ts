import type { Alert, Analysis, Brief, Evidence } from '@midwatch/core/incident';
import { createScriptedAnalyzer, createScriptedConnector, logSignal } from '@midwatch/testkit';
import { describe, expect, it } from 'vitest';
import { createInvestigate, type InvestigationParts } from './index.js';

const nowMs = Date.UTC(2026, 10, 1, 3, 30);

const alert: Alert = {
  source: 'alertmanager',
  fingerprint: 'f',
  status: 'firing',
  name: 'ErrorsHigh',
  startsAtMs: nowMs - 120_000,
  target: { service: 'checkout' },
  labels: { team: 'token=hush' },
  annotations: { summary: 'token=hush' },
  summary: 'token=hush',
  generatorUrl: 'https://prometheus.example/graph?token=hush',
  runbookUrl: 'https://runbooks.example/errors',
};

const analysis = (summary: string): Analysis => ({
  verdict: 'candidates',
  confidence: 'LOW',
  confidenceReason: '',
  summary,
  hypotheses: [],
  timeline: [],
  advice: [],
});

/** Parts as simple as they can be: this package is about the order in which they are asked, and what each is given. */
function createParts(): InvestigationParts & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    reduce: (collection, redacted) => {
      asked.push('reduce');
      const read = { logs: collection.signals.logs.length, metrics: 0, traces: 0, deploys: 0, incidents: 0 };
      const ceiling = { confidence: 'HIGH', reasons: [] } as const;
      const { window, baseline, baselineName } = collection;
      const evidence: Evidence = {
        window,
        baseline,
        baselineName,
        findings: [],
        suspects: [],
        callGraph: [],
        ceiling,
        read,
      };
      expect(redacted.summary).not.toContain('hush');
      return evidence;
    },
    format: ({ fence }) => {
      asked.push('format');
      return { text: 'dossier', estimatedTokens: 3, citableIds: [], omittedIds: [], fence };
    },
    evidenceAnalyzer: {
      name: 'evidence',
      analyze: () => Promise.resolve(analysis('what the evidence says')),
    },
    admit: (answer, _evidence, analyzer) => {
      asked.push(`admit ${analyzer.name}`);
      const admission = { droppedIds: 0, droppedClaims: 0, uncoveredNumbers: 0, notes: [] };
      return { ...answer, analyzer, admission };
    },
    toBrief: ({ analysis: admitted, pending }) => {
      const footer = {
        analyzer: admitted.analyzer.name,
        notes: admitted.admission.notes,
        ...(pending === undefined ? {} : { pending }),
      };
      return { cause: admitted.summary, footer } as unknown as Brief;
    },
  };
}

const redact = { redact: (text: string) => text.replaceAll(/token=\w+/g, '[redacted]') };
const connector = () =>
  createScriptedConnector('scripted', {
    logs: Array.from({ length: 12 }, () => ({ signals: [logSignal('hello', nowMs - 60_000)] })),
  });

describe('investigate', () => {
  it('goes the way of the alert, each part given what the one before made', async () => {
    const parts = createParts();
    const investigation = await createInvestigate(parts)({ alert, connectors: [connector()], redact, nowMs });
    expect(parts.asked).toEqual(['reduce', 'format', 'admit evidence']);
    expect(investigation.brief.cause).toBe('what the evidence says');
    expect(investigation.evidence.read.logs).toBe(1);
    expect(investigation.dossier.fence).toMatch(/^[a-z0-9]{20}$/);
    expect(Object.values(investigation.timings).every((ms) => ms >= 0)).toBe(true);
  });

  it('redacts the alert before anything else, and keeps the target and clean links', async () => {
    const investigation = await createInvestigate(createParts())({
      alert,
      connectors: [connector()],
      redact,
      nowMs,
    });
    expect(JSON.stringify(investigation.alert)).not.toContain('hush');
    expect(investigation.alert).toMatchObject({
      target: { service: 'checkout' },
      runbookUrl: 'https://runbooks.example/errors',
    });
    expect(investigation.alert).not.toHaveProperty('generatorUrl');
  });

  it('gives an alert that calls its service by an alias the name that the configuration has', async () => {
    const services = [{ name: 'checkout', aliases: { pagerduty: 'Checkout API' } }];
    const { alert: named } = await createInvestigate(createParts())({
      alert: { ...alert, target: { service: 'Checkout API', namespace: 'shop' } },
      connectors: [connector()],
      redact,
      nowMs,
      plan: { services },
    });
    expect(named.target).toEqual({ service: 'checkout', namespace: 'shop' });
  });

  it('withholds the texts of an alert that cannot be redacted, and goes on', async () => {
    const broken = {
      redact: () => {
        throw new Error('broken');
      },
    };
    const parts = createParts();
    const investigation = await createInvestigate({
      ...parts,
      reduce: (...args) => ({ ...parts.reduce(...args) }),
    })({
      alert,
      connectors: [connector()],
      redact: broken,
      nowMs,
    });
    expect(investigation.alert).toMatchObject({
      summary: '[withheld: redaction failed]',
      target: { service: 'checkout' },
    });
    expect(investigation.collection.withheld).toBeGreaterThan(0);
  });

  it('gives the evidence brief first, marked, and then the answer of the analyzer', async () => {
    const first: Brief[] = [];
    const { brief } = await createInvestigate(createParts())({
      alert,
      connectors: [connector()],
      redact,
      nowMs,
      analyzer: { ...createScriptedAnalyzer([analysis('what the model says')], 'model'), model: 'small-1' },
      onFirstBrief: (each) => first.push(each),
    });
    expect(first.map(({ cause, footer }) => [cause, footer.pending])).toEqual([
      ['what the evidence says', 'small-1 still reading'],
    ]);
    expect(brief).toMatchObject({ cause: 'what the model says', footer: { analyzer: 'model' } });
  });

  it.each([
    ['fails', { error: new Error('overloaded') }, 'model failed;'],
    [
      'says why it fails',
      { error: Object.assign(new Error('x'), { code: 'rate-limited' }) },
      'model failed (rate-limited);',
    ],
    ['hangs', { hangs: true as const }, 'model did not answer within 0 s'],
  ])('lets the evidence brief stand when the analyzer %s', async (_, answer, note) => {
    const { brief } = await createInvestigate(createParts())({
      alert,
      connectors: [connector()],
      redact,
      nowMs,
      analyzer: createScriptedAnalyzer([answer], 'model'),
      analyzeDeadlineMs: 50,
    });
    expect(brief.cause).toBe('what the evidence says');
    expect(brief.footer.notes).toEqual([expect.stringContaining(note)]);
  });

  it('does not wait for an analyzer that ignores its signal', async () => {
    const deaf = { name: 'deaf', analyze: () => new Promise<Analysis>(() => undefined) };
    const { brief } = await createInvestigate(createParts())({
      alert,
      connectors: [connector()],
      redact,
      nowMs,
      analyzer: deaf,
      analyzeDeadlineMs: 50,
    });
    expect(brief.footer.notes[0]).toContain('deaf did not answer');
  });

  it('rejects when the caller gives up, while sources are read and while a model reads', async () => {
    const hanging = createScriptedConnector('scripted', {
      logs: Array.from({ length: 12 }, () => ({ hangs: true as const })),
    });
    const early = new AbortController();
    const reading = createInvestigate(createParts())({
      alert,
      connectors: [hanging],
      redact,
      nowMs,
      signal: early.signal,
    });
    early.abort(new Error('enough'));
    await expect(reading).rejects.toThrow();

    const late = new AbortController();
    const judging = createInvestigate(createParts())({
      alert,
      connectors: [connector()],
      redact,
      nowMs,
      signal: late.signal,
      analyzer: createScriptedAnalyzer([{ hangs: true }]),
      onFirstBrief: () => queueMicrotask(() => late.abort(new Error('enough'))),
    });
    await expect(judging).rejects.toThrow('enough');
  });
});
