import type { Admit, Analyzer, AnalyzerIdentity, Evidence } from '@midwatch/core/incident';
import { expect, it } from 'vitest';
import type { Allowance, Allowed } from './allowance.js';
import { judge } from './judge.js';
import { toAnalysisRecord } from './to-analysis-record.js';

const evidence = {
  findings: [],
  suspects: [{ service: 'ledger', score: 1, findingIds: [], victims: [], reason: '' }],
  callGraph: [],
  ceiling: { confidence: 'HIGH', reasons: [] },
} as unknown as Evidence;

const modelOf = (name: string): Analyzer & { asked: number } => {
  const analyzer = {
    ...{ name: 'claude', model: name, promptVersion: 'p3', asked: 0 },
    analyze: async () => {
      analyzer.asked += 1;
      return {
        ...({ verdict: 'cause-found', confidence: 'HIGH', confidenceReason: 'sure', summary: '' } as const),
        hypotheses: [{ statement: 's', service: 'ledger', evidence: ['L1'], disprovedBy: 'd' }],
        ...{ timeline: [], advice: [] },
      };
    },
  };
  return analyzer;
};

/** Lowers to the ceiling that it is given, and keeps what was before. */
const admit: Admit = (analysis, _, analyzer, calibration) => ({
  ...analysis,
  analyzer,
  confidence: calibration?.confidence ?? analysis.confidence,
  admission: {
    ...{ droppedIds: 0, droppedClaims: 0, uncoveredNumbers: 0, notes: [] },
    ...(calibration && { confidenceLoweredFrom: 'HIGH', uncalibratedConfidence: 'HIGH' }),
  },
});

async function judgeUnder(allowanceOf: (analyzer: AnalyzerIdentity) => Allowed, largerAnalyzer?: Analyzer) {
  const asked: AnalyzerIdentity[] = [];
  const allowance: Allowance = async (analyzer) => {
    asked.push(analyzer);
    return allowanceOf(analyzer);
  };
  const analyzer = modelOf('small-1');
  const input = { evidence } as Parameters<Analyzer['analyze']>[0];
  const analysis = await judge({
    ...{ analyzer, largerAnalyzer, input, admit, allowance, deadlineMs: 1_000 },
    signal: new AbortController().signal,
    otherwise: admit(
      await modelOf('none').analyze(input, { signal: AbortSignal.abort(), deadlineAtMs: 0 }),
      evidence,
      {
        name: 'evidence',
      },
    ),
  });
  return { analysis, asked };
}

const low: Allowed = { ceiling: { confidence: 'LOW', reasons: ['right in 9 of 60'] } };

it('holds an answer against the record of its own analyzer, and the ledger keeps both', async () => {
  const { analysis, asked } = await judgeUnder(() => low);
  expect(new Set(asked.map((each) => JSON.stringify(each)))).toEqual(
    new Set([JSON.stringify({ name: 'claude', model: 'small-1', promptVersion: 'p3' })]),
  );
  expect(analysis).toMatchObject({ confidence: 'LOW', admission: { notes: [] } });
  const look = { collection: { sources: [] }, evidence } as unknown as Parameters<
    typeof toAnalysisRecord
  >[0]['look'];
  const record = toAnalysisRecord(
    { look, number: 1, askedAtMs: 0 },
    { analyzer: analysis.analyzer, admitted: analysis },
    { nowMs: 1, wasShown: true },
  );
  expect(record).toMatchObject({
    confidence: 'LOW',
    statedConfidence: 'HIGH',
    uncalibratedConfidence: 'HIGH',
  });
});

it('asks no larger model because of what the record lowers', async () => {
  const larger = modelOf('large-1');
  const { analysis } = await judgeUnder(() => low, larger);
  expect([analysis.confidence, larger.asked]).toEqual(['LOW', 0]);
});

it('lets HIGH stand when the ledger never answered, and says so; less than HIGH needs no word', async () => {
  const { analysis } = await judgeUnder(() => ({ isUnread: true }));
  expect(analysis).toMatchObject({
    confidence: 'HIGH',
    admission: { notes: ['HIGH is not held against earlier cases: the ledger could not be read'] },
  });
  expect((await judgeUnder(() => ({ ...low, isUnread: true }))).analysis.admission.notes).toEqual([]);
});
