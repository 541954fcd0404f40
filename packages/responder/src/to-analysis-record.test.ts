import type { AdmittedAnalysis, CollectionSummary, Evidence, SourceReport } from '@midwatch/core/incident';
import { describe, expect, it } from 'vitest';
import { type LookedAt, toAnalysisRecord } from './to-analysis-record.js';

const source = (connectorId: string, kind: string, state: string) =>
  ({ connectorId, kind, state }) as unknown as SourceReport;

const finding = (kind: string, id: string, strength: number, more: object = {}) => ({
  ...{ kind, id, strength, service: 'ledger' },
  ...more,
});

const suspects = ['ledger', 'mail', 'cart', 'checkout'].map((service) => ({ service }));

function lookedAt(findings: readonly object[] = [], sources: readonly SourceReport[] = []): LookedAt {
  return {
    ...{ number: 2, askedAtMs: 1_000, bundleKey: 'inc-1/collect-2' },
    timings: { collectMs: 900.4, reduceMs: 20.6, formatMs: 0.2 },
    look: {
      evidence: { findings, suspects } as unknown as Evidence,
      collection: { sources } as unknown as CollectionSummary,
    },
  };
}

const admitted = {
  ...{ verdict: 'cause-found', confidence: 'MEDIUM', hypotheses: [{ service: 'cart' }] },
  admission: { confidenceLoweredFrom: 'HIGH' },
} as unknown as AdmittedAnalysis;
const analyzer = { name: 'claude' };
const shown = { nowMs: 1_700, wasShown: true };

describe('what the ledger keeps of an analysis', () => {
  it('ranks whom the analyzer blames before whom the evidence suspects, and keeps what was claimed', () => {
    expect(toAnalysisRecord(lookedAt(), { analyzer, admitted, analyzeMs: 12.5 }, shown)).toEqual({
      ...{ look: 2, state: 'admitted', wasShown: true, isShadow: false, analyzer },
      ...{ verdict: 'cause-found', confidence: 'MEDIUM', statedConfidence: 'HIGH' },
      ...{ services: ['cart', 'ledger', 'mail'], signatures: [], gaps: [], sourceSet: '' },
      timings: { collectMs: 900, reduceMs: 21, formatMs: 0, analyzeMs: 13, briefMs: 700 },
      bundleKey: 'inc-1/collect-2',
    });
  });

  it('keeps no verdict of what gave no answer', () => {
    const late = { analyzer, because: 'it did not answer' };
    const record = toAnalysisRecord(lookedAt(), late, shown);
    expect(record).toMatchObject({ state: 'failed', reason: 'it did not answer', services: [] });
    expect(record).not.toHaveProperty('confidence');
    expect(toAnalysisRecord(lookedAt(), { ...late, isRefused: true }, shown).state).toBe('not-asked');
  });

  it('signs the strongest findings in words that recur, without ids, and bounded', () => {
    const findings = [
      finding('log-pattern', 'L1', 0.2, { change: 'new', template: 'pool <*> exhausted' }),
      finding('log-pattern', 'L2', 0.9, { change: 'steady', template: 'served <*>' }),
      finding('log-pattern', 'L3', 0.1, { change: 'new', template: 'x'.repeat(900) }),
      finding('metric-shift', 'M1', 0.8, { direction: 'up', metric: 'latency', service: undefined }),
      finding('trace-fault', 'T1', 0.5, { fault: 'own-error', operation: 'GET /pay' }),
      finding('trace-fault', 'T2', 0.5, { fault: 'own-error', operation: 'GET /pay' }),
      finding('change', 'D1', 0.4, { relation: 'connected', changes: [{ path: 'POOL_MAX' }] }),
      finding('cluster-event', 'I1', 0.3, { reason: 'OOMKilled' }),
    ];
    const { signatures } = toAnalysisRecord(lookedAt(findings), { analyzer, admitted }, shown);
    expect(signatures.slice(0, 5)).toEqual([
      'metric-shift - up latency',
      'trace-fault ledger own-error GET /pay',
      'change ledger connected POOL_MAX',
      'cluster-event ledger OOMKilled',
      'log-pattern ledger new pool <*> exhausted',
    ]);
    expect(signatures[5]).toHaveLength(200);
    const many = Array.from({ length: 90 }, (_, index) =>
      finding('cluster-event', `I${index}`, 0.1, { reason: `r${index}` }),
    );
    expect(toAnalysisRecord(lookedAt(many), { analyzer, admitted }, shown).signatures).toHaveLength(40);
  });

  it('names the sources that were asked, in one order, and each gap once', () => {
    const sources = [
      ...[source('loki', 'logs', 'ok'), source('loki', 'logs', 'partial'), source('loki', 'logs', 'partial')],
      ...[source('argocd', 'deploys', 'empty'), source('tempo', 'traces', 'not-asked')],
      source('', 'incidents', 'not-configured'),
    ];
    const record = toAnalysisRecord(lookedAt([], sources), { analyzer, admitted }, shown);
    expect(record.sourceSet).toBe('deploys:argocd,logs:loki');
    expect(record.gaps).toEqual([
      { source: 'loki', kind: 'logs', state: 'partial' },
      { source: 'tempo', kind: 'traces', state: 'not-asked' },
      { source: '', kind: 'incidents', state: 'not-configured' },
    ]);
  });
});
