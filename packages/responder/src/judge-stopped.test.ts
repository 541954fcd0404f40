import type { AdmittedAnalysis, Analysis, Analyzer, Evidence } from '@midwatch/core/incident';
import { describe, expect, it } from 'vitest';
import { type JudgeInput, judge } from './judge.js';
import type { Statement } from './to-analysis-record.js';

const admission = { droppedIds: 0, droppedClaims: 0, uncoveredNumbers: 0, notes: [] };
const says = (summary: string): Analysis => ({
  ...{ verdict: 'cause-found', confidence: 'LOW', confidenceReason: '', summary, timeline: [], advice: [] },
  hypotheses: [{ statement: 's', service: 'mail', evidence: ['L1'], disprovedBy: 'd' }],
});
const why = 'models are stopped by ada';

const answers: Analyzer['analyze'] = async () => says('the small model says');
/** Answers never, and brings the stop about as soon as it is asked. */
const stops =
  (stopping: AbortController): Analyzer['analyze'] =>
  () => {
    stopping.abort(new Error(why));
    return new Promise(() => {});
  };

async function play(of: (stopping: AbortController) => readonly [Analyzer['analyze'], Analyzer['analyze']]) {
  const stopping = new AbortController();
  const [small, large] = of(stopping);
  const statements: Statement[] = [];
  const settled: string[] = [];
  const analysis = await judge({
    analyzer: { name: 'claude', model: 'small', analyze: small },
    largerAnalyzer: { name: 'claude', model: 'large', analyze: large },
    input: {
      evidence: {
        ...{ findings: [], suspects: [], callGraph: [] },
        ceiling: { confidence: 'HIGH', reasons: [] },
      } as unknown as Evidence,
    } as JudgeInput['input'],
    admit: (answer, _, identity): AdmittedAnalysis => ({ ...answer, analyzer: identity, admission }),
    signal: new AbortController().signal,
    stopped: stopping.signal,
    deadlineMs: 5_000,
    otherwise: { ...says('the evidence says'), analyzer: { name: 'evidence' }, admission },
    purse: async ({ model = '' }) => ({ settle: async () => void settled.push(model) }),
    onStatement: (statement) => statements.push(statement),
  });
  return { analysis, settled, statements };
}

describe('models that are stopped while one is asked', () => {
  it('leave standing what the small one has answered, and what the larger one may have cost set aside', async () => {
    const { analysis, settled, statements } = await play((stopping) => [answers, stops(stopping)]);
    expect(analysis).toMatchObject({
      summary: 'the small model says',
      admission: { notes: [`large was cut: ${why}; this is the answer of small`] },
      escalation: { reason: 'low-confidence', outcome: 'failed' },
    });
    expect(settled).toEqual(['small']);
    expect(statements).toMatchObject([
      { analyzer: { model: 'small' }, admitted: { summary: 'the small model says' } },
      { analyzer: { model: 'large' }, because: `large was cut: ${why}` },
    ]);
  });

  it('leave the evidence standing when the small one is cut, and the larger one is not asked', async () => {
    const { analysis, settled, statements } = await play((stopping) => [stops(stopping), answers]);
    expect(analysis).toMatchObject({
      summary: 'the evidence says',
      admission: { notes: [`small was cut: ${why}; this is what the evidence alone says`] },
    });
    expect(settled).toEqual([]);
    expect(statements).toHaveLength(1);
  });
});
