import type { Analysis, Evidence, Finding, Hypothesis } from '@midwatch/core/incident';
import { deploySignal } from '@midwatch/testkit';
import { describe, expect, it } from 'vitest';
import { baseline, onsetMs, window } from '../__fixtures__/small-fleet.js';
import { admit } from './admit.js';

const deploy = deploySignal('shop', 'r2', Date.UTC(2026, 4, 3, 21, 30), {
  version: 'v2.14.3',
  previousVersion: 'v2.14.2',
  changes: [{ path: 'env POOL_MAX', before: '100', after: '10' }],
  changeRequest: '#847',
});

const references = { signalIds: ['s1'], signalCount: 1, queryIds: ['q1'] };

const latency: Finding = {
  kind: 'metric-shift',
  id: 'M1',
  service: 'shop',
  statement: 'shop latency.p99 rose from 180 ms to 8.2 s since 03:10 UTC.',
  strength: 1,
  onsetMs,
  ...references,
  metric: 'latency_p99',
  role: 'latency.p99',
  unit: 's',
  attributes: {},
  direction: 'up',
  before: 0.18,
  after: 8.2,
  peak: 9.1,
  last: 8.3,
  lasting: true,
  points: [],
};
const errors: Finding = {
  ...latency,
  id: 'M2',
  role: 'error.ratio',
  metric: 'errors',
  unit: '1',
  before: 0.001,
  after: 0.123,
  peak: 0.2,
  last: 0.12,
  statement: 'shop error.ratio rose from 0.1 % to 12.3 % since 03:10 UTC.',
};
const lines: Finding = {
  kind: 'log-pattern',
  id: 'L1',
  service: 'shop',
  statement: 'shop error "pool exhausted" is new.',
  strength: 1,
  ...references,
  template: 'pool exhausted after <*>',
  example: 'pool exhausted after 900 ms',
  level: 'error',
  change: 'new',
  window: { count: 47, coveredMs: 1_200_000, ratePerMinute: 2.35 },
  baseline: { count: 0, coveredMs: 1_200_000, ratePerMinute: 0 },
  traceIds: [],
};
const change: Finding = {
  kind: 'change',
  id: 'D1',
  service: 'shop',
  statement: 'shop v2.14.2 -> v2.14.3 at 21:30 UTC.',
  strength: 0.9,
  onsetMs: deploy.timestampMs,
  ...references,
  deploy,
  changes: deploy.changes,
  beforeOnsetMs: onsetMs - deploy.timestampMs,
  relation: 'same-service',
  metrics: [],
};

const evidence: Evidence = {
  window,
  baseline,
  baselineName: 'before',
  onsetMs,
  findings: [lines, latency, errors, change],
  suspects: [{ service: 'shop', score: 1, findingIds: ['M1'], victims: ['store'], reason: '' }],
  callGraph: [{ caller: 'gate', callee: 'shop', calls: 3 }],
  ceiling: { confidence: 'HIGH', reasons: ['2 kinds agree.'] },
  read: { logs: 1, metrics: 2, traces: 0, deploys: 1, incidents: 0 },
};

const claim: Hypothesis = {
  statement: 'The pool of shop is too small.',
  service: 'shop',
  evidence: ['L1'],
  disprovedBy: 'It goes on.',
};

function answer(given: Partial<Analysis> = {}): Analysis {
  return {
    verdict: 'cause-found',
    confidence: 'HIGH',
    confidenceReason: 'I am sure.',
    summary: 'shop is slow.',
    hypotheses: [claim],
    timeline: [],
    advice: [],
    ...given,
  };
}

function admitted(given: Partial<Analysis>, under: Evidence = evidence) {
  return admit(answer(given), under, { name: 'model' });
}

function statementOf(
  statement: string,
  cited = ['M1', 'M2', 'L1', 'D1'],
): { kept: string; uncovered: number } {
  const result = admitted({
    hypotheses: [{ ...claim, statement: `The pool is small. ${statement}`, evidence: cited }],
  });
  return { kept: result.hypotheses[0]?.statement ?? '', uncovered: result.admission.uncoveredNumbers };
}

describe('ids', () => {
  it('that do not exist are dropped and counted', () => {
    const result = admitted({ hypotheses: [{ ...claim, evidence: ['L1', 'L9', 'T1'], change: 'D7' }] });
    expect(result.hypotheses).toMatchObject([{ evidence: ['L1'] }]);
    expect(result.hypotheses[0]).not.toHaveProperty('change');
    expect(result.admission.droppedIds).toBe(3);
  });

  it('of a change must name a change', () => {
    expect(admitted({ hypotheses: [{ ...claim, change: 'M1' }] }).hypotheses[0]).not.toHaveProperty('change');
    expect(admitted({ hypotheses: [{ ...claim, change: 'D1' }] }).hypotheses[0]).toMatchObject({
      change: 'D1',
    });
  });
});

describe('claims', () => {
  it('without a valid id are dropped, and with the last of them the cause', () => {
    const result = admitted({ hypotheses: [{ ...claim, evidence: ['L9'] }] });
    expect(result).toMatchObject({
      verdict: 'insufficient-evidence',
      confidence: 'LOW',
      hypotheses: [],
      advice: [],
    });
    expect(result.admission).toMatchObject({
      droppedClaims: 1,
      droppedIds: 1,
      confidenceLoweredFrom: 'HIGH',
    });
  });

  it('about a service that nobody saw are dropped', () => {
    expect(admitted({ hypotheses: [claim, { ...claim, service: 'billing' }] }).hypotheses).toHaveLength(1);
  });

  it('of advice keep a rollback only of an observed change of that service', () => {
    const advice = [
      {
        action: 'rollback',
        service: 'shop',
        change: 'D1',
        reason: 'It undoes the change.',
        evidence: ['D1'],
      },
      { action: 'rollback', service: 'shop', reason: 'Guessed.', evidence: ['L1'] },
      { action: 'rollback', service: 'gate', change: 'D1', reason: 'Not its own.', evidence: ['D1'] },
      { action: 'restart', service: 'shop', reason: 'Nothing cited.', evidence: [] },
    ] as const;
    const result = admitted({ advice: advice.map((one) => ({ ...one, evidence: [...one.evidence] })) });
    expect(result.advice).toEqual([{ ...advice[0], evidence: ['D1'] }]);
    expect(result.admission.droppedClaims).toBe(3);
  });

  it('of the timeline need evidence too', () => {
    const timeline = [
      { atMs: onsetMs, text: 'p99 leaves 180 ms.', evidence: ['M1'] },
      { atMs: onsetMs, text: 'Somebody slept.', evidence: [] },
    ];
    expect(admitted({ timeline }).timeline).toEqual([timeline[0]]);
  });
});

describe('numbers', () => {
  it.each([
    'p99 went from 180 ms to 8200 ms.',
    'p99 went from 0.18 s to 8.2 seconds, at most 9.1 s.',
    'Errors are at 12.3 %, that is 0.123, up from 0.1 %.',
    'Errors are at 12 percent.',
    'p99 is 45 times what it was.',
    '47 lines say so, about 2.4 per minute, after 900 ms.',
    'POOL_MAX went from 100 to 10 in v2.14.3 (#847), 5 h 40 min before.',
    'It began at 03:10, hours after 21:30 UTC.',
    'Two of 3 callers wait on port-80 of node-12.',
  ])('that stand in what is cited are kept: %s', (statement) => {
    expect(statementOf(statement)).toEqual({ kept: `The pool is small. ${statement}`, uncovered: 0 });
  });

  it.each([
    'p99 is at 12 s.',
    'Errors are at 45 %.',
    'p99 is 90 times what it was.',
    'It came with v2.14.4.',
    'See #848.',
    'It began at 04:55 UTC.',
    '1,234 lines say so.',
    'It took 6 h 40 min.',
  ])('that do not are taken out with their sentence: %s', (statement) => {
    expect(statementOf(statement)).toEqual({ kept: 'The pool is small.', uncovered: 1 });
  });

  it('must stand in what is cited, not anywhere', () => {
    expect(statementOf('p99 is at 8.2 s.', ['L1']).uncovered).toBe(1);
  });

  it('in the summary are checked against all that is cited', () => {
    expect(admitted({ summary: 'shop wrote 47 lines. It lost 9000 orders.' }).summary).toBe(
      'shop wrote 47 lines.',
    );
  });
});

describe('confidence', () => {
  it('is never above what the evidence allows', () => {
    const under = { ...evidence, ceiling: { confidence: 'MEDIUM', reasons: ['Traces failed.'] } } as const;
    const result = admitted({}, under);
    expect(result).toMatchObject({ confidence: 'MEDIUM', confidenceReason: 'Traces failed.' });
    expect(result.admission.confidenceLoweredFrom).toBe('HIGH');
  });

  it('is never above what the record of the analyzer allows', () => {
    const record = { confidence: 'LOW', reasons: ['Right in 3 of 9 incidents.'] } as const;
    const result = admit(answer(), evidence, { name: 'model' }, record);
    expect(result).toMatchObject({
      verdict: 'candidates',
      confidence: 'LOW',
      confidenceReason: 'Right in 3 of 9 incidents.',
      admission: { confidenceLoweredFrom: 'HIGH', uncalibratedConfidence: 'HIGH' },
    });
  });

  it.each([
    [
      'HIGH',
      'HIGH',
      'MEDIUM',
      { confidence: 'MEDIUM', confidenceReason: 'the record', uncalibrated: 'HIGH' },
    ],
    ['HIGH', 'MEDIUM', 'MEDIUM', { confidence: 'MEDIUM', confidenceReason: 'the evidence' }],
    ['HIGH', 'MEDIUM', 'LOW', { confidence: 'LOW', confidenceReason: 'the record', uncalibrated: 'MEDIUM' }],
    ['MEDIUM', 'HIGH', 'LOW', { confidence: 'LOW', confidenceReason: 'the record', uncalibrated: 'MEDIUM' }],
    ['MEDIUM', 'HIGH', 'MEDIUM', { confidence: 'MEDIUM', confidenceReason: 'I am sure.' }],
    ['HIGH', 'LOW', 'LOW', { confidence: 'LOW', confidenceReason: 'the evidence' }],
    ['HIGH', 'HIGH', 'HIGH', { confidence: 'HIGH', confidenceReason: 'I am sure.' }],
  ] as const)(
    'of %s under evidence for %s and a record for %s keeps both',
    (said, allowed, earned, expected) => {
      const under = { ...evidence, ceiling: { confidence: allowed, reasons: ['the evidence'] } };
      const record = { confidence: earned, reasons: ['the record'] };
      const { admission, ...result } = admit(answer({ confidence: said }), under, { name: 'model' }, record);
      const { uncalibrated, ...shown } = { uncalibrated: undefined, ...expected };
      expect(result).toMatchObject(shown);
      expect(admission.uncalibratedConfidence).toBe(uncalibrated);
    },
  );

  it('of a modest answer stays', () => {
    const result = admitted({ confidence: 'LOW', verdict: 'candidates' });
    expect(result).toMatchObject({ confidence: 'LOW', confidenceReason: 'I am sure.' });
    expect(result.admission).not.toHaveProperty('confidenceLoweredFrom');
  });
});
