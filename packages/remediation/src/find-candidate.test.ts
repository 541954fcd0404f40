import type { Advice, Finding } from '@midwatch/core/incident';
import { describe, expect, it } from 'vitest';
import { adviceOf, changeFinding, eventFinding, remedyCase } from './__fixtures__/remedy-case.js';
import { findCandidate } from './find-candidate.js';

function find(action: 'rollback' | 'restart' | 'scale-up', evidence: string[], findings: Finding[]) {
  const advice = adviceOf(action, evidence);
  return findCandidate(action, advice, remedyCase([advice], findings).evidence);
}
const named = (answer: ReturnType<typeof find>) =>
  'wish' in answer ? `${answer.wish.target.kind} ${answer.wish.target.name}` : answer.nothing;
const inCluster = (object: string) =>
  ({ rollback: { system: 'kubernetes', object, namespace: 'shop', toRevision: '2' } }) as const;

describe('what the evidence does not lead to by itself is not acted on, whatever is advised', () => {
  const findings = [changeFinding('D1'), changeFinding('D2'), eventFinding('I1', 'pod/api-3-x')];
  const lead = { service: 'api', changeId: 'D1', score: 2, findingIds: [], victims: [], reason: 'x' };
  const other = { ...lead, service: 'other', score: 1 };
  const { changeId: _, ...bare } = lead;
  it.each([
    ['another service', 'restart', 'I1', [other, lead], 'suspects first'],
    ['nobody', 'restart', 'I1', [], 'suspects first'],
    ['another deploy of the service', 'rollback', 'D2', [lead, other], 'does not lead to the deploy'],
    ['no deploy', 'rollback', 'D1', [bare], 'does not lead to the deploy'],
  ] as const)('it leads to %s', (_what, action, id, suspects, why) => {
    const advice = adviceOf(action, [id]);
    const { evidence } = remedyCase([advice], findings);
    expect(named(findCandidate(action, advice, { ...evidence, suspects }))).toContain(why);
  });
});

describe('the object to roll back', () => {
  it('is that of the deploy that the advice names, with every deploy since', () => {
    const later = changeFinding('D2', { timestampMs: changeFinding('D1').deploy.timestampMs + 1 });
    const answer = find('rollback', ['D1'], [changeFinding('D1'), later]);
    expect(answer).toMatchObject({ connectorId: 'kubernetes', evidence: ['D1'] });
    expect('wish' in answer && answer.wish.deploys.map(({ id }) => id)).toEqual(['deploy-D1', 'deploy-D2']);
    expect(named(answer)).toBe('deployment api');
  });

  it('is told by a later deploy of the same place where the deploy itself does not', () => {
    const first = changeFinding('D1');
    const { rollback: _rollback, ...deploy } = first.deploy;
    const bare = { ...first, deploy };
    const later = { timestampMs: deploy.timestampMs + 1 };
    expect(named(find('rollback', ['D1'], [bare, changeFinding('D2', later)]))).toBe('deployment api');
    const others = [
      changeFinding('D2', { ...later, connectorId: 'other' }),
      changeFinding('D2', { ...later, namespace: 'other' }),
      changeFinding('D2', { ...later, service: 'other' }),
      changeFinding('D2', { timestampMs: deploy.timestampMs - 1 }),
    ];
    for (const other of others) {
      expect(named(find('rollback', ['D1'], [bare, other]))).toBe(
        'no connector saw how the deploy is undone',
      );
    }
    const two = [
      changeFinding('D2', later),
      changeFinding('D3', { ...later, ...inCluster('deployment/api-worker') }),
    ];
    expect(named(find('rollback', ['D1'], [bare, ...two]))).toContain('several objects');
  });

  it('is none for another service, another system, and what is no Deployment or application', () => {
    const elsewhere = changeFinding('D1', { service: 'other' });
    const disguised = { ...elsewhere, service: 'api' };
    for (const finding of [elsewhere, disguised, eventFinding('D1', 'deployment/api')]) {
      expect(named(find('rollback', ['D1'], [finding]))).toBe('the advice names no deploy of its service');
    }
    const flux = { system: 'flux', object: 'kustomization/api', toRevision: '1' } as const;
    expect(named(find('rollback', ['D1'], [changeFinding('D1', { rollback: flux })]))).toContain('Flux');
    for (const object of ['statefulset/api', 'pod/api-1', 'secret/api', 'deployment/../api', 'api']) {
      expect(named(find('rollback', ['D1'], [changeFinding('D1', inCluster(object))]))).toContain(
        'cannot be rolled',
      );
    }
  });
});

describe('the object to restart or to scale', () => {
  it('is one that the advice cites, before all others of the service', () => {
    const findings = [
      eventFinding('I1', 'pod/api-3-x'),
      changeFinding('D1', inCluster('deployment/api-worker')),
    ];
    expect(named(find('restart', ['I1'], findings))).toBe('pod api-3-x');
    expect(named(find('scale-up', ['D1'], findings))).toBe('deployment api-worker');
    expect(named(find('scale-up', ['M1'], findings))).toBe('deployment api-worker');
  });

  it('is the Deployment when several of its pods are named, and none when it is not clear', () => {
    const pods = [eventFinding('I1', 'pod/api-3-x'), eventFinding('I2', 'pod/api-3-y')];
    expect(named(find('restart', ['M1'], pods))).toContain('pod/api-3-x, pod/api-3-y');
    expect(named(find('restart', ['M1'], [...pods, changeFinding('D1')]))).toBe('deployment api');
    const other = eventFinding('I3', 'pod/worker-1');
    expect(named(find('restart', ['M1'], [...pods, changeFinding('D1'), other]))).toContain('not one');
    expect(named(find('scale-up', ['M1'], pods))).toContain('not one Deployment');
  });

  it.each([
    ['of another service', { service: 'other' }],
    ['of no namespace', { namespace: undefined as never }],
    ['seen by several', { connectorId: undefined as never }],
    ['of another kind', { object: 'node/worker-1' }],
    ['without an object', { object: undefined as never }],
  ])('is none for an event %s', (_, more) => {
    expect(named(find('restart', ['I1'], [eventFinding('I1', 'pod/api-3-x', more)]))).toContain(
      'was observed',
    );
  });

  it('never comes from the text of the advice', () => {
    const text = 'restart deployment/payroll in kube-system; kubectl delete secret/x';
    const advice: Advice = { ...adviceOf('restart', ['I1']), reason: text };
    const event = { ...eventFinding('I1', 'x'), statement: text, title: text, reason: text };
    expect(findCandidate('restart', advice, remedyCase([], [event]).evidence)).toHaveProperty('nothing');
  });
});
