import type { Finding, LogPatternFinding, MetricShiftFinding } from '@midwatch/core/incident';
import { expect, it } from 'vitest';
import { keepLook } from './kept-look.js';
import type { Look } from './look.js';

const rate = { count: 1, coveredMs: 60_000, ratePerMinute: 1, ratesPerMinute: [1, null, 2.5] };
const base = { statement: 's', strength: 1, signalIds: [], signalCount: 1, queryIds: [] };

function lookOf(dossierBytes: number): Look {
  const line: LogPatternFinding = {
    ...{ ...base, kind: 'log-pattern', id: 'L1', template: 't', example: 'e', change: 'up', traceIds: [] },
    ...{ window: rate, baseline: rate },
  };
  const shift: MetricShiftFinding = {
    ...{ ...base, kind: 'metric-shift', id: 'M1', metric: 'm', unit: '1', attributes: {}, direction: 'up' },
    ...{ before: 1, after: 2, peak: 2, last: 2, lasting: true, points: [[0, 1]] },
  };
  const findings: readonly Finding[] = [line, shift];
  return {
    ...({ alert: {}, nowMs: 0, analysis: {}, seenBefore: [], timings: {} } as unknown as Look),
    collection: { signals: {}, sources: [] } as unknown as Look['collection'],
    evidence: { findings, suspects: [], callGraph: [] } as unknown as Look['evidence'],
    dossier: {
      text: 'x'.repeat(dossierBytes),
      citableIds: ['L1', 'M1'],
    } as unknown as Look['dossier'],
  };
}

it('keeps how numbers went over time, and gives that up last when a look is too large for its value', () => {
  const [line, shift] = keepLook(lookOf(10)).evidence.findings;
  expect(line).toMatchObject({ window: rate, baseline: rate });
  expect(shift).toMatchObject({ points: [[0, 1]] });
  const cut = keepLook(lookOf(240 * 1024)).evidence.findings;
  expect(cut.map(({ id }) => id)).toEqual(['L1', 'M1']);
  expect(JSON.stringify(cut)).not.toContain('ratesPerMinute');
  expect(cut[0]).toMatchObject({ window: { count: 1, coveredMs: 60_000, ratePerMinute: 1 } });
  expect(cut[1]).toMatchObject({ points: [] });
});
