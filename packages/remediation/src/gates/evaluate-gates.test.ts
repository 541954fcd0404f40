import { describe, expect, it } from 'vitest';
import { nowMs } from '../__fixtures__/deploy-signals.js';
import { passingInput } from '../__fixtures__/gate-input.js';
import { planFor, rollbackPlan, setUp } from '../__fixtures__/kubernetes-plans.js';
import type { Plan } from '../plan.js';
import { evaluateGates } from './evaluate-gates.js';
import { lowerBound } from './evidence-gates.js';
import type { GateInput } from './gate-input.js';

const DAY_MS = 86_400_000;
const plan = await rollbackPlan(setUp());
const restart = await planFor('restart', setUp());
const passing = passingInput(plan);
const failedOf = (input: GateInput) =>
  evaluateGates(input)
    .answers.filter(({ passed }) => !passed)
    .map(({ gate }) => gate);
const withPeople = (people: 1 | 2, of: Plan = plan): Plan => ({
  ...of,
  blastRadius: { ...of.blastRadius, people, reasons: people === 2 ? ['much'] : [] },
});

describe('evaluateGates', () => {
  it('passes when every gate is, and answers in a fixed order', () => {
    const { passed, answers } = evaluateGates(passing);
    expect(passed).toBe(true);
    expect(answers.map(({ gate }) => gate)).toEqual([
      'switched-on',
      'kill-switch',
      'high-confidence',
      'advised',
      'safe-list',
      'proven-record',
      'second-model',
      'budget',
      'freeze',
      'no-other-incident',
      'approval',
      'state-unchanged',
    ]);
  });

  it('passes nothing of what could not be read, and still gives every answer', () => {
    const { passed, answers } = evaluateGates({ plan, service: 'api', nowMs });
    expect(passed).toBe(false);
    expect(answers).toHaveLength(12);
    expect(answers.every((answer) => !answer.passed && answer.reason !== '')).toBe(true);
  });

  it('takes a gate that throws for one that is not passed', () => {
    const broken = { ...passing, analysis: { verdict: 'cause-found', confidence: 'HIGH' } } as never;
    expect(failedOf(broken)).toEqual(['advised']);
  });

  const one = passing.approvals?.[0];
  const cases: [string, string, Partial<GateInput>][] = [
    ['switched-on', 'by default', { settings: { ...passing.settings, isOn: false } }],
    ['kill-switch', 'thrown', { stopped: { reason: 'jo has stopped actions' } }],
    ['kill-switch', 'not read', { stopped: undefined }],
    ['high-confidence', 'at MEDIUM', { analysis: { ...passing.analysis, confidence: 'MEDIUM' } as never }],
    [
      'high-confidence',
      'without a cause',
      { analysis: { ...passing.analysis, verdict: 'candidates' } as never },
    ],
    ['safe-list', 'not listed', { settings: { ...passing.settings, safeActions: ['restart'] } }],
    [
      'proven-record',
      'too short',
      { record: { right: 200, settled: 202, sinceMs: nowMs - 179 * DAY_MS, untilMs: nowMs } },
    ],
    [
      'proven-record',
      'of one week, half a year ago',
      {
        record: { right: 200, settled: 202, sinceMs: nowMs - 200 * DAY_MS, untilMs: nowMs - 193 * DAY_MS },
      },
    ],
    [
      'proven-record',
      'too small',
      { record: { right: 20, settled: 20, sinceMs: nowMs - 400 * DAY_MS, untilMs: nowMs } },
    ],
    [
      'proven-record',
      'not right enough',
      { record: { right: 93, settled: 100, sinceMs: 0, untilMs: nowMs } },
    ],
    ['proven-record', 'nonsense', { record: { right: 300, settled: 200, sinceMs: 0, untilMs: nowMs } }],
    [
      'proven-record',
      'without a beginning',
      { record: { right: 200, settled: 202, sinceMs: Number.NaN, untilMs: nowMs } },
    ],
    ['second-model', 'vetoes', { secondModel: { planId: plan.id, answer: 'veto' } }],
    ['second-model', 'unreachable', { secondModel: { planId: plan.id, answer: 'unreachable' } }],
    ['second-model', 'asked about another plan', { secondModel: { planId: restart.id, answer: 'no-veto' } }],
    ['budget', 'used up', { actionsInLastDay: 1 }],
    ['freeze', 'on', { freezeWindows: [{ startMs: nowMs, endMs: nowMs + 1, reason: 'sale' }] }],
    ['freeze', 'nonsense', { freezeWindows: [{ startMs: Number.NaN, endMs: 0, reason: 'sale' }] }],
    ['no-other-incident', 'another one', { otherIncidents: ['inc-2'] }],
    ['approval', 'none', { approvals: [] }],
    ['approval', 'without the role', { approvals: [{ ...one, role: 'viewer' } as never] }],
    ['approval', 'by nobody', { approvals: [{ ...one, decidedBy: '' } as never] }],
    ['approval', 'of another plan', { approvals: [{ ...one, hash: restart.id } as never] }],
    ['approval', 'expired', { approvals: [{ ...one, expiresAtMs: nowMs } as never] }],
    ['approval', 'used', { approvals: [{ ...one, state: 'used' } as never] }],
    ['approval', 'rejected', { approvals: [{ ...one, state: 'rejected' } as never] }],
    ['state-unchanged', 'changed', { stateNow: { ...plan.state, generation: 2 } }],
  ];
  it.each(cases)('%s fails alone: %s', (gate, _, change) => {
    expect(failedOf({ ...passing, ...change })).toEqual([gate]);
  });

  it('wants advice for this action on this service, with evidence', () => {
    const advice = { action: 'rollback', service: 'api', reason: 'x', evidence: ['D1'] } as const;
    const others = [
      { ...advice, evidence: [] },
      { ...advice, service: 'other' },
      { ...advice, action: 'restart' as const },
    ];
    for (const other of others) {
      const analysis = { verdict: 'cause-found', confidence: 'HIGH', advice: [other] };
      expect(failedOf({ ...passing, analysis: analysis as never })).toEqual(['advised']);
    }
  });

  it('wants two different people when the blast radius says so', () => {
    const large = withPeople(2);
    expect(failedOf({ ...passing, plan: large })).toEqual([]);
    for (const decidedBy of [one?.decidedBy ?? '', (one?.decidedBy ?? '').toUpperCase()]) {
      const twice = [one, { ...one, id: 'ap-again', decidedBy }] as GateInput['approvals'];
      expect(failedOf({ ...passing, plan: large, approvals: twice })).toEqual(['approval']);
    }
  });

  it('is automatic by an explicit setting only, for what can be undone and one person could approve', () => {
    const settings = {
      ...passing.settings,
      safeActions: ['rollback', 'restart'],
      isAutomatic: true,
    } as const;
    const automatic = { ...passing, settings, approvals: [] };
    expect(failedOf(automatic)).toEqual([]);
    expect(failedOf({ ...automatic, plan: withPeople(2) })).toEqual(['approval']);
    expect(failedOf({ ...automatic, whyAPerson: ['no metric of api shows it now'] })).toEqual(['approval']);
    expect(failedOf({ ...automatic, whyAPerson: undefined })).toEqual(['approval']);
    const ofRestart = { ...passingInput(restart), settings, approvals: [] };
    expect(restart.reversible).toBe(false);
    expect(failedOf(ofRestart)).toEqual(['approval']);
  });

  it('says what the record is missing', () => {
    const record = { right: 40, settled: 40, sinceMs: nowMs - 100 * DAY_MS, untilMs: nowMs };
    const reason = evaluateGates({ ...passing, record }).answers[5]?.reason ?? '';
    const more = Number(/(\d+) more right/.exec(reason)?.[1]);
    expect(reason).toContain('80 more days');
    expect(lowerBound({ right: 40 + more, settled: 40 + more })).toBeGreaterThanOrEqual(0.95);
    expect(lowerBound({ right: 39 + more, settled: 39 + more })).toBeLessThan(0.95);
  });

  it.each([
    [73, 73, 0.95],
    [81, 263, 0.2553],
    [0, 10, 0],
    [0, 0, 0],
  ])('%i of %i has a lower bound of about %f', (right, settled, bound) => {
    expect(lowerBound({ right, settled })).toBeCloseTo(bound, 3);
  });
});
