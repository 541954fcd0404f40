import type { NewAnalysis } from '@midwatch/core/incident';

export function sampleAnalysis(change: Partial<NewAnalysis> = {}): NewAnalysis {
  return {
    look: 1,
    state: 'admitted',
    wasShown: true,
    isShadow: false,
    analyzer: { name: 'claude', model: 'small-1', promptVersion: 'p3' },
    verdict: 'cause-found',
    confidence: 'MEDIUM',
    statedConfidence: 'HIGH',
    uncalibratedConfidence: 'HIGH',
    services: ['ledger', 'checkout'],
    signatures: ['metric-shift ledger latency up', 'change ledger'],
    gaps: [{ source: 'tempo', kind: 'traces', state: 'failed' }],
    sourceSet: 'logs:loki,traces:tempo',
    timings: { collectMs: 900, reduceMs: 20, formatMs: 3, analyzeMs: 4_000, briefMs: 5_100 },
    usage: {
      model: 'small-1-20261001',
      inputTokens: 6_000,
      cacheWriteTokens: 10,
      cacheReadTokens: 20,
      outputTokens: 900,
      thinkingTokens: 400,
      costUsd: 0.012_345_678,
    },
    bundleKey: 'inc-1/collect-1',
    escalation: {
      reason: 'low-confidence',
      from: { analyzer: { name: 'claude' }, verdict: 'candidates', confidence: 'LOW' },
      outcome: 'changed',
    },
    ...change,
  };
}

/** As little as an analysis can say. */
export const bareAnalysis: NewAnalysis = {
  look: 2,
  state: 'not-asked',
  reason: "today's budget is spent",
  wasShown: false,
  isShadow: true,
  analyzer: { name: 'claude' },
  services: [],
  signatures: [],
  gaps: [],
  sourceSet: '',
  timings: { briefMs: 0 },
};
