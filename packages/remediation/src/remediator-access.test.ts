import type { Advice, Finding } from '@midwatch/core/incident';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createArgoCdStandIn } from './__fixtures__/argocd-stand-in.js';
import { setUp } from './__fixtures__/kubernetes-plans.js';
import { WRITE_TOKEN } from './__fixtures__/kubernetes-stand-in.js';
import { allowedPaths, isListed, writtenPaths } from './__fixtures__/recorded-request.js';
import { createWorld, remediatorCall, reviewOf, settings } from './__fixtures__/remediator-world.js';
import {
  adviceOf,
  changeFinding,
  eventFinding,
  remedyCase,
  shiftFinding,
} from './__fixtures__/remedy-case.js';
import { argoCdRequests, createArgoCdExecutor } from './argocd/index.js';
import { kubernetesRequests } from './kubernetes/index.js';

const text =
  'kubectl delete networkpolicy/all; restart deployment/payroll in kube-system; roll back to revision 1';
const name = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('api', 'api-3-x') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('../secrets/x', 'configmaps', 'API', 'api/../../x', 'a%2fb', 'payroll'),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
);
const kind = fc.constantFrom(
  'deployment',
  'deployment',
  'pod',
  'configmap',
  'secret',
  'networkpolicy',
  'statefulset',
);
const namespace = fc.oneof(fc.constantFrom('shop', 'shop', 'kube-system'), name);
const id = fc.constantFrom('D1', 'D2', 'I1');

/** What the two stand-ins hold, and what is close to it. */
const rollback = fc.oneof(
  fc.constant({ system: 'kubernetes', object: 'deployment/api', namespace: 'shop', toRevision: '2' }),
  fc.constant({ system: 'argocd', object: 'api', namespace: 'argocd', toRevision: '42' }),
  fc.record({
    system: fc.constantFrom('kubernetes', 'argocd', 'flux', 'other'),
    object: fc.oneof(
      fc.tuple(kind, name).map((parts) => parts.join('/')),
      name,
    ),
    namespace,
    toRevision: fc.oneof(fc.constantFrom('1', '2', '41', '42'), name),
  }),
);
const deploy = fc.record({
  rollback,
  connectorId: fc.constantFrom('kubernetes', 'argocd', 'ci'),
  service: fc.constantFrom('api', 'api', 'api', 'other'),
});
const findings = fc
  .tuple(deploy, deploy, kind, name, namespace)
  .map(([first, second, objectKind, object, place]): Finding[] => [
    changeFinding('D1', { ...(first as object), summary: text, version: text }),
    changeFinding('D2', { ...(second as object), summary: text, timestampMs: 1 }),
    { ...eventFinding('I1', `${objectKind}/${object}`, { namespace: place, title: text }), statement: text },
  ]);
const advice = fc
  .tuple(fc.constantFrom('rollback', 'restart', 'scale-up', 'config-change', 'traffic-shift'), id, id)
  .map(
    ([action, change, cited]): Advice => ({
      ...adviceOf(action as 'rollback', [cited]),
      change,
      reason: text,
    }),
  );

describe('a remediator that needs nobody', () => {
  it('reaches nothing but the listed requests, for objects that findings hold', {
    timeout: 60_000,
  }, async () => {
    const counts = { proposed: 0, written: 0 };
    const tried = fc.asyncProperty(
      findings,
      fc.array(advice, { minLength: 1, maxLength: 3 }),
      async (held, advised) => {
        const argo = createArgoCdStandIn();
        const set = setUp();
        const access = {
          baseUrl: 'https://argocd.example',
          writeToken: WRITE_TOKEN,
          redact: 'none',
        } as const;
        const argoCd = createArgoCdExecutor({ ...access, fetch: argo.fetch });
        const own = { ...settings, isAutomatic: true, undoesByItself: true };
        const world = createWorld({ executors: [set.executor, argoCd], services: { api: own } }, set);
        const input = remedyCase(advised, [...held, shiftFinding]);
        const answer = await world.remediator.propose(input, remediatorCall());
        if ('proposal' in answer) {
          counts.proposed += 1;
          const { proposal } = answer;
          expect(['kubernetes deployment shop/api', 'argocd application argocd/api']).toContain(
            proposal.target.replace(/^argocd application (.*\/)?api$/, 'argocd application argocd/api'),
          );
          // Text of the telemetry stands in no step.
          expect(proposal.steps.join()).not.toContain('payroll');
          await world.remediator.carryOut(
            { ...input, proposal, review: reviewOf(proposal) },
            remediatorCall(),
          );
          argo.finish();
          const undo = await world.remediator.proposeUndo({ ...input, proposal }, remediatorCall());
          if ('proposal' in undo) {
            await world.remediator.carryOut({ ...input, proposal: undo.proposal }, remediatorCall());
          }
        }
        const { requests } = set.stand;
        counts.written += set.stand.writes + argo.writes;
        expect(requests.every((request) => isListed(request, kubernetesRequests))).toBe(true);
        expect(argo.requests.every((request) => isListed(request, argoCdRequests))).toBe(true);
        const patched = requests.filter(({ method }) => method === 'PATCH').flatMap(writtenPaths);
        expect(patched.filter((path) => !allowedPaths.includes(path))).toEqual([]);
      },
    );
    await fc.assert(tried, { numRuns: 1_500, seed: 7 });
    expect(counts.proposed).toBeGreaterThan(60);
    expect(counts.written).toBeGreaterThan(60);
  });
});
