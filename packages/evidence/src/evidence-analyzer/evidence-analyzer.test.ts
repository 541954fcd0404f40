import type { Analysis, Evidence } from '@midwatch/core/incident';
import { deploySignal, metricSignal } from '@midwatch/testkit';
import { describe, expect, it } from 'vitest';
import {
  alert,
  baseline,
  fleet,
  minuteMs,
  onsetMs,
  ordinary,
  reduced,
  window,
} from '../__fixtures__/small-fleet.js';
import { admit } from '../admit/admit.js';
import { createEvidenceAnalyzer } from './evidence-analyzer.js';

function analyze(evidence: Evidence): Promise<Analysis> {
  const dossier = { text: '', estimatedTokens: 0, citableIds: [], omittedIds: [], fence: '' };
  const call = { signal: new AbortController().signal, deadlineAtMs: 0 };
  return createEvidenceAnalyzer().analyze({ alert, evidence, dossier }, call);
}

const deploy = deploySignal('shop', 'r2', onsetMs - 6 * 60 * minuteMs, {
  version: 'v2.14.3',
  previousVersion: 'v2.14.2',
  actor: 'Kim Novak',
  changeRequest: '#847',
  changes: [{ path: 'env POOL_MAX', before: '100', after: '10' }],
  rollback: { system: 'argocd', object: 'shop', toRevision: 'r1', toVersion: 'v2.14.2' },
});
const error = 'connection pool exhausted after 900 ms';
const p99 = Array.from({ length: 120 }, (_, index): [number, number] => {
  const atMs = onsetMs - 9 * 60 * minuteMs + index * 5 * minuteMs;
  return [atMs, atMs < onsetMs ? 0.18 : 8.2];
}).filter(([atMs]) => atMs < window.endMs);
const pooled = {
  ...fleet({
    ...ordinary,
    toStore: [900, 1],
    lines: {
      ...ordinary.lines,
      shop: [
        ['info', 'basket opened'],
        ['error', error],
      ],
    },
  }),
  deploys: [deploy],
  metrics: [metricSignal('p99', p99, { service: 'shop', role: 'latency.p99', unit: 's' })],
};

describe('a cause', () => {
  it('is told with no value that reads the same before and after', async () => {
    const evidence = reduced(pooled);
    const findings = evidence.findings.map((finding) =>
      finding.kind === 'change'
        ? {
            ...finding,
            metrics: finding.metrics.map((metric) => ({ ...metric, beforeChange: 8.2, afterOnset: 8.21 })),
          }
        : finding,
    );
    const { summary } = await analyze({ ...evidence, findings });
    expect(summary).toContain('changed env POOL_MAX from 100 to 10');
    expect(summary).not.toContain('before the change');
  });

  it('is told with version, people, values, times and victims, and proposes the rollback first', async () => {
    const evidence = reduced(pooled);
    const analysis = await analyze(evidence);
    expect(analysis).toMatchObject({ verdict: 'cause-found', confidence: 'HIGH' });
    expect(analysis.summary).toContain(
      'shop v2.14.3 (Kim Novak, #847, 21:10 UTC) changed env POOL_MAX from 100 to 10',
    );
    expect(analysis.summary).toContain('nothing was felt for 6 h');
    expect(analysis.summary).toContain('p99 latency is 8.2 s (180 ms before the change, 180 ms until onset)');
    expect(analysis.summary).toContain('20 lines say "connection pool exhausted after …"');
    expect(analysis.hypotheses[0]).toMatchObject({ service: 'shop', change: 'D1' });
    expect(analysis.hypotheses[0]?.disprovedBy).toContain('env POOL_MAX back at 100');
    expect(analysis.advice.map(({ action }) => action)).toEqual(['rollback', 'investigate']);
    expect(analysis.advice[0]).toMatchObject({ service: 'shop', change: 'D1' });
    expect(analysis.timeline[0]).toMatchObject({ atMs: deploy.timestampMs, evidence: ['D1'] });
  });

  it('without a way back seen is to be set back by hand', async () => {
    const { rollback: _, ...noRollback } = deploy;
    const { advice } = await analyze(reduced({ ...pooled, deploys: [noRollback] }));
    expect(advice[0]).toMatchObject({ action: 'config-change', change: 'D1' });
    expect(advice[0]?.reason).toContain('Set env POOL_MAX back to 100');
  });

  it('without a change is told by what is measured, and is looked into', async () => {
    const analysis = await analyze(reduced(fleet({ ...ordinary, storeMs: 400 })));
    expect(analysis.verdict).toBe('cause-found');
    expect(analysis.summary).toMatch(/^store read itself takes 4\d\d ms per call since 03:10 UTC/);
    expect(analysis.advice).toMatchObject([{ action: 'investigate', service: 'store' }]);
  });

  it.each([
    ['{cpu}', 3, ['investigate']],
    ['1', 0.97, ['scale-up', 'investigate']],
    ['%', 97, ['scale-up', 'investigate']],
  ])('is given more of what it is known to be short of, and of nothing else: CPU in %s', async (...given) => {
    const [unit, busy, actions] = given;
    const points = Array.from({ length: 40 }, (_, index): [number, number] => {
      const atMs = (index < 20 ? baseline.startMs : window.startMs) + (index % 20) * minuteMs;
      return [atMs, atMs < onsetMs ? busy / 10 : busy];
    });
    const cpu = metricSignal('cpu', points, { service: 'store', role: 'cpu.usage', unit });
    const analysis = await analyze(reduced({ ...fleet({ ...ordinary, storeMs: 400 }), metrics: [cpu] }));
    expect(analysis.advice.map(({ action }) => action)).toEqual(actions);
  });

  it('says nothing that admit() would take out', async () => {
    for (const given of [
      pooled,
      fleet({ ...ordinary, failing: 'store' }),
      fleet({ ...ordinary, callsStore: false }),
    ]) {
      const evidence = reduced(given);
      const analysis = await analyze(evidence);
      const { admission, ...kept } = admit(analysis, evidence, { name: 'evidence' });
      expect(admission).toEqual({ droppedIds: 0, droppedClaims: 0, uncoveredNumbers: 0, notes: [] });
      expect(kept).toMatchObject(analysis);
    }
  });
});

describe('abstaining', () => {
  it('finds no fault where enough was read and nothing stands out', async () => {
    const analysis = await analyze(reduced(fleet()));
    expect(analysis).toMatchObject({ verdict: 'no-fault', confidence: 'LOW', hypotheses: [], advice: [] });
  });

  it('says that the evidence is insufficient where nothing was read', async () => {
    expect(await analyze(reduced({}))).toMatchObject({ verdict: 'insufficient-evidence', hypotheses: [] });
    expect(await analyze(reduced({ traces: fleet().traces }))).toMatchObject({
      verdict: 'insufficient-evidence',
    });
  });

  it('does not name a service that little speaks against', async () => {
    const weak = metricSignal(
      'p99',
      Array.from({ length: 40 }, (_, index): [number, number] => {
        const atMs = (index < 20 ? baseline.startMs : window.startMs) + (index % 20) * minuteMs;
        return [atMs, atMs < onsetMs ? 0.18 : 0.5];
      }),
      { service: 'shop', role: 'latency.p99', unit: 's' },
    );
    const analysis = await analyze(reduced({ ...fleet(), metrics: [weak] }));
    expect(['no-fault', 'insufficient-evidence']).toContain(analysis.verdict);
    expect(analysis.hypotheses).toEqual([]);
  });

  it('names candidates when two are equally likely', async () => {
    const analysis = await analyze(reduced(fleet({ ...ordinary, shopMs: 300, storeMs: 300 })));
    expect(analysis).toMatchObject({ verdict: 'candidates', confidence: 'LOW' });
    expect(analysis.hypotheses.map(({ service }) => service).toSorted()).toEqual(['shop', 'store']);
  });
});
