import type {
  AdmittedAnalysis,
  Analysis,
  AnalysisUsage,
  Analyzer,
  Evidence,
  Suspect,
} from '@midwatch/core/incident';
import { describe, expect, it } from 'vitest';
import { type JudgeInput, judge, type Purse } from './judge.js';

const usage = (model: string, costUsd: number): AnalysisUsage => ({
  model,
  inputTokens: 6000,
  cacheWriteTokens: 0,
  cacheReadTokens: 0,
  outputTokens: 900,
  thinkingTokens: 0,
  costUsd,
});

const blames = (service: string | undefined, change: Partial<Analysis> = {}): Analysis => ({
  verdict: service === undefined ? 'insufficient-evidence' : 'cause-found',
  confidence: 'HIGH',
  confidenceReason: '',
  summary: `blames ${service}`,
  hypotheses: service === undefined ? [] : [{ statement: 's', service, evidence: ['L1'], disprovedBy: 'd' }],
  timeline: [],
  advice: [],
  ...change,
});

const suspect = (service: string, score: number): Suspect => ({
  service,
  score,
  findingIds: [],
  victims: [],
  reason: '',
});

const evidenceOf = (change: Partial<Evidence> = {}) =>
  ({
    findings: [],
    suspects: [suspect('ledger', 1), suspect('mail', 0.5)],
    callGraph: [],
    ceiling: { confidence: 'HIGH', reasons: [] },
    ...change,
  }) as unknown as Evidence;

type Said = Analysis | Error;

/** A model that says this, and counts how often it was asked. */
function model(name: string, said: Said, costUsd = 0.001): Analyzer & { asked: number } {
  const analyzer = {
    name: 'claude',
    model: name,
    asked: 0,
    async analyze() {
      analyzer.asked += 1;
      if (said instanceof Error) throw said;
      return { ...said, usage: usage(name, costUsd) };
    },
  };
  return analyzer;
}

const admission = { droppedIds: 0, droppedClaims: 0, uncoveredNumbers: 0, notes: [] };
const otherwise = {
  ...blames('ledger', { summary: 'the evidence' }),
  analyzer: { name: 'evidence' },
  admission,
};

async function ask(
  small: Said,
  large: Said,
  change: Partial<JudgeInput> & { evidence?: Partial<Evidence> } = {},
) {
  const { evidence, ...rest } = change;
  const analyzer = model('small', small);
  const largerAnalyzer = model('large', large, 0.03);
  const analysis = await judge({
    analyzer,
    largerAnalyzer,
    input: { evidence: evidenceOf(evidence) } as JudgeInput['input'],
    admit: (answer, _, identity): AdmittedAnalysis => ({ ...answer, analyzer: identity, admission }),
    signal: new AbortController().signal,
    deadlineMs: 5000,
    otherwise,
    ...rest,
  });
  return { analysis, asked: [analyzer.asked, largerAnalyzer.asked] };
}

describe('the small model alone', () => {
  it('stands when it agrees with the evidence', async () => {
    const { analysis, asked } = await ask(blames('ledger'), blames('mail'));
    expect(asked).toEqual([1, 0]);
    expect(analysis).toMatchObject({ summary: 'blames ledger', usage: [usage('small', 0.001)] });
    expect(analysis).not.toHaveProperty('escalation');
  });

  it('leaves the evidence standing when it fails: a refusal is no doubt', async () => {
    const refused = Object.assign(new Error('x'), { code: 'refused', usage: usage('small', 0.002) });
    const { analysis, asked } = await ask(refused, blames('mail'));
    expect(asked).toEqual([1, 0]);
    expect(analysis).toMatchObject({ summary: 'the evidence', usage: [usage('small', 0.002)] });
    expect(analysis.admission.notes).toEqual([
      'small failed (refused); this is what the evidence alone says',
    ]);
  });

  it('leaves the evidence standing when what it said had to be taken away: a cause, or that all is well', async () => {
    for (const verdict of ['cause-found', 'no-fault'] as const) {
      const { analysis, asked } = await ask(blames(undefined, { verdict }), blames('mail'), {
        admit: (answer, _, identity): AdmittedAnalysis => ({
          ...answer,
          verdict: 'insufficient-evidence',
          analyzer: identity,
          admission,
        }),
      });
      expect(asked).toEqual([1, 0]);
      expect(analysis).toMatchObject({
        summary: 'the evidence',
        admission: { notes: [expect.stringContaining('evidence alone')] },
      });
    }
  });

  it('is not followed where the evidence allows LOW alone: no answer could say more', async () => {
    const ceiling = { confidence: 'LOW', reasons: [] } as const;
    const unsure = blames('mail', { confidence: 'LOW' });
    expect((await ask(unsure, blames('ledger'), { evidence: { ceiling } })).asked).toEqual([1, 0]);
  });
});

describe('the larger model', () => {
  it.each([
    ['low-confidence', blames('ledger', { confidence: 'LOW' }), {}],
    ['disagrees-with-evidence', blames('mail'), {}],
    ['disagrees-with-evidence', blames(undefined), {}],
    ['unrelated-suspects', blames('ledger'), { suspects: [suspect('ledger', 1), suspect('mail', 0.9)] }],
  ] as const)('is asked for %s', async (reason, small, evidence) => {
    const { analysis, asked } = await ask(small, blames('ledger'), { evidence });
    expect(asked).toEqual([1, 1]);
    expect(analysis.escalation).toMatchObject({ reason, from: { analyzer: { model: 'small' } } });
    expect(analysis.usage?.map(({ costUsd }) => costUsd)).toEqual([0.001, 0.03]);
    expect(analysis.analyzer.model).toBe('large');
  });

  it('is not asked about near suspects that a path of calls joins, whichever way', async () => {
    const suspects = [suspect('ledger', 1), suspect('mail', 0.9)];
    const path = (...services: string[]) =>
      services.slice(1).map((callee, index) => ({ caller: services[index] ?? '', callee, calls: 1 }));
    const asked = async (callGraph: Evidence['callGraph']) =>
      (await ask(blames('ledger'), blames('mail'), { evidence: { suspects, callGraph } })).asked[1];
    expect(await asked(path('ledger', 'queue', 'mail'))).toBe(0);
    expect(await asked(path('mail', 'queue', 'ledger'))).toBe(0);
    expect(await asked([...path('gateway', 'mail'), ...path('gateway', 'ledger')])).toBe(1);
    expect(await asked(path('ledger', 'queue', 'ledger'))).toBe(1);
  });

  it('confirms or changes what the small one said', async () => {
    const unsure = blames('ledger', { confidence: 'LOW' });
    expect((await ask(unsure, blames('ledger'))).analysis.escalation?.outcome).toBe('confirmed');
    const changed = (await ask(unsure, blames('mail'))).analysis;
    expect(changed.escalation).toEqual({
      reason: 'low-confidence',
      from: {
        analyzer: { name: 'claude', model: 'small' },
        verdict: 'cause-found',
        confidence: 'LOW',
        service: 'ledger',
      },
      outcome: 'changed',
    });
  });

  it('leaves the small one standing when it fails, and what it cost is kept', async () => {
    const cut = Object.assign(new Error('x'), { code: 'truncated', usage: usage('large', 0.05) });
    const { analysis } = await ask(blames('mail'), cut);
    expect(analysis).toMatchObject({ summary: 'blames mail', escalation: { outcome: 'failed' } });
    expect(analysis.usage).toEqual([usage('small', 0.001), usage('large', 0.05)]);
    expect(analysis.admission.notes).toEqual(['large failed (truncated); this is the answer of small']);
  });
});

describe('the purse', () => {
  const purseOf =
    (refusals: Record<string, string>, settled: unknown[] = []): Purse =>
    async ({ model = '' }) => {
      const refusal = refusals[model];
      return refusal === undefined
        ? { settle: async (billed) => void settled.push(billed?.costUsd) }
        : { refusal };
    };

  it('is told what each question cost', async () => {
    const settled: unknown[] = [];
    await ask(blames('mail'), blames('ledger'), { purse: purseOf({}, settled) });
    expect(settled).toEqual([0.001, 0.03]);
  });

  it('keeps the small model from being asked: the evidence stands', async () => {
    const { analysis, asked } = await ask(blames('ledger'), blames('ledger'), {
      purse: purseOf({ small: 'the budget is spent' }),
    });
    expect(asked).toEqual([0, 0]);
    expect(analysis.admission.notes).toEqual([
      'small was not asked: the budget is spent; this is what the evidence alone says',
    ]);
  });

  it('keeps the larger one from being asked: the small one stands', async () => {
    const { analysis, asked } = await ask(blames('mail'), blames('ledger'), {
      purse: purseOf({ large: 'the budget is spent' }),
    });
    expect(asked).toEqual([1, 0]);
    expect(analysis).toMatchObject({ summary: 'blames mail', escalation: { outcome: 'not-asked' } });
  });
});
