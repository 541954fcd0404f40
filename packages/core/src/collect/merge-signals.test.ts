import { deploySignal, span, traceSignal } from '@midwatch/testkit';
import { describe, expect, it } from 'vitest';
import { mergeSignals } from './merge-signals.js';

describe('mergeSignals', () => {
  it('keeps the copy of a deploy that tells more, whichever came first', () => {
    const bare = deploySignal('checkout', 'r2', 1000);
    const told = deploySignal('checkout', 'r2', 1000, {
      actor: 'dana',
      changes: [{ path: 'LIMIT', before: '100', after: '10' }],
    });
    expect(mergeSignals([[bare], [told]])).toEqual([told]);
    expect(mergeSignals([[told], [bare]])).toEqual([told]);
  });

  it('keeps the fuller copy of a trace, under the id that was there first', () => {
    const id = 'a'.repeat(32);
    const short = traceSignal(id, [span('1', 'web', 'GET /', 1000, 5)]);
    const long = traceSignal(id, [span('1', 'web', 'GET /', 1000, 5), span('2', 'db', 'read', 1001, 2)], { id: 'other' });
    const [merged, ...rest] = mergeSignals([[short], [long]]);
    expect(rest).toEqual([]);
    expect(merged).toMatchObject({ id: short.id, spans: long.spans });
  });

  it('ascends in time over all lists', () => {
    const late = deploySignal('a', 'r1', 3000);
    const early = deploySignal('b', 'r1', 1000);
    expect(mergeSignals([[late], [early]])).toEqual([early, late]);
  });
});
