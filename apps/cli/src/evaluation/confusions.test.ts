import { describe, expect, it } from 'vitest';
import { findConfusions, sayConfusions, scoreByFault } from './confusions.js';
import { type IncidentResult, scoreIncidents } from './score.js';

function result(id: string, suspects: readonly string[], service: string, fault?: string): IncidentResult {
  const place = suspects.indexOf(service);
  return {
    id,
    suspects,
    verdict: 'cause-found',
    confidence: 'HIGH',
    correct: place === 0,
    rank: place === -1 ? null : place + 1,
    truth: { service, ...(fault === undefined ? {} : { fault }) },
  };
}

const results = [
  result('a', ['web'], 'web', 'delay'),
  result('b', ['web', 'store'], 'store', 'delay'),
  result('c', [], 'mail', 'crash'),
  result('d', ['web'], 'store'),
  { ...result('e', ['web'], 'web'), correct: null, rank: null },
];

describe('confusions', () => {
  it('tell who was named instead of whom, the commonest first', () => {
    expect(findConfusions(results)).toEqual([
      { truth: 'store', named: 'web', incidents: ['b', 'd'] },
      { truth: 'mail', named: null, incidents: ['c'] },
    ]);
  });

  it('are told apart by kind of fault where the truth has one', () => {
    expect(scoreByFault(results)).toEqual([
      { fault: 'crash', incidents: 1, top1: 0, top3: 0, high: { count: 1, correct: 0 } },
      { fault: 'delay', incidents: 2, top1: 1, top3: 2, high: { count: 2, correct: 1 } },
    ]);
  });

  it('stand in the report and in the words below it', () => {
    const report = scoreIncidents(results, []);
    expect(report).toMatchObject({ confusions: findConfusions(results), faults: scoreByFault(results) });
    const said = sayConfusions(report.confusions, report.faults);
    expect(said).toContain('delay: 1 of 2 first, 2 among three, HIGH 2 of which 1 right');
    expect(said).toContain('web instead of store: b, d');
    expect(said).toContain('nobody instead of mail: c');
  });
});
