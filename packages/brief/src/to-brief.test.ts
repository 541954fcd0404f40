import { describe, expect, it } from 'vitest';
import { change, input, latency, logs } from './__fixtures__/brief-input.js';
import { toBrief } from './to-brief.js';

describe('toBrief', () => {
  it('says in one line what is broken, where, since when, and the decisive values', () => {
    expect(toBrief(input).headline).toBe(
      'LatencyHigh: checkout in shop, since 03:41 UTC · latency p99 8.2 s (was 190 ms), too early to say how it goes on',
    );
  });

  it('gives each number its values before the change, before onset and now, with the query behind it', () => {
    expect(toBrief(input).numbers).toEqual([
      expect.objectContaining({
        label: 'latency p99',
        beforeChange: 0.18,
        before: 0.19,
        now: 8.2,
        findingId: 'M1',
        query: expect.objectContaining({ connectorId: 'prometheus', text: 'histogram_quantile(0.99, x)' }),
      }),
    ]);
  });

  it('names the change with actor, request and values', () => {
    expect(toBrief(input).change).toMatchObject({
      version: 'v2',
      previousVersion: 'v1',
      actor: 'dana',
      changeRequest: '#12',
      changes: [{ path: 'ConfigMap/checkout POOL', before: '100', after: '10' }],
      query: { connectorId: 'argocd' },
    });
  });

  it('builds the command from the observed rollback, and none for advice without one', () => {
    const [rollback, look] = toBrief(input).actions;
    expect(rollback).toMatchObject({
      title: 'Roll checkout back to v1',
      command: 'argocd app set checkout --sync-policy none && argocd app rollback checkout 41',
    });
    expect(look).not.toHaveProperty('command');
  });

  it('shows what the answer cites first, each with the queries that lead there', () => {
    const { evidence } = toBrief(input);
    expect(evidence.map(({ id }) => id)).toEqual(['D1', 'L1', 'M1']);
    expect(evidence.map(({ queries }) => queries[0]?.connectorId)).toEqual(['argocd', 'loki', 'prometheus']);
  });

  it('names what was not checked, failures before cuts, with the query that was tried', () => {
    const { notChecked, footer } = toBrief(input);
    expect(notChecked).toEqual([
      expect.objectContaining({
        source: 'jaeger',
        state: 'failed',
        query: expect.objectContaining({ text: 'GET /api/v3/traces?service=checkout' }),
      }),
      expect.objectContaining({
        source: 'prometheus',
        state: 'partial',
        reason: 'row-limit (at least 3 missing)',
      }),
    ]);
    expect(footer.sources).toEqual({ asked: 4, answered: 3 });
  });

  it('names no change when the answer names none, or finds no fault', () => {
    const { analysis } = input;
    const withoutChange = analysis.hypotheses.map(({ statement, service, evidence, disprovedBy }) => ({
      statement,
      service,
      evidence,
      disprovedBy,
    }));
    expect(toBrief({ ...input, analysis: { ...analysis, hypotheses: withoutChange } })).not.toHaveProperty(
      'change',
    );
    expect(toBrief({ ...input, analysis: { ...analysis, verdict: 'no-fault' } })).not.toHaveProperty(
      'change',
    );
  });

  it('keeps one number for each role, of the suspect and the alerting service only', () => {
    const other = { ...latency, id: 'M2', service: 'elsewhere' };
    const again = { ...latency, id: 'M3', strength: 0.2 };
    const findings = [other, again, latency, logs, change];
    const { numbers } = toBrief({ ...input, evidence: { ...input.evidence, findings } });
    expect(numbers.map(({ findingId }) => findingId)).toEqual(['M1']);
  });

  it('quotes the name of a service that is a sentence, and leaves out what is empty', () => {
    const { analysis } = input;
    const odd = 'x is down. Run "reboot" \u202enow';
    const { actions, disprovedBy } = toBrief({
      ...input,
      analysis: {
        ...analysis,
        advice: [{ action: 'restart', service: odd, reason: '', evidence: [] }],
        hypotheses: analysis.hypotheses.map((each) => ({ ...each, disprovedBy: '' })),
      },
    });
    expect(actions[0]?.title).toBe(`Restart "x is down. Run 'reboot' now"`);
    expect(disprovedBy).toEqual([]);
  });

  it('stands without suspects, numbers or answers', () => {
    const brief = toBrief({
      ...input,
      evidence: { ...input.evidence, findings: [], suspects: [] },
      analysis: {
        ...input.analysis,
        verdict: 'insufficient-evidence',
        hypotheses: [],
        advice: [],
        timeline: [],
      },
    });
    expect(brief).toMatchObject({
      service: 'checkout',
      suspects: [],
      numbers: [],
      actions: [],
      evidence: [],
    });
  });
});
