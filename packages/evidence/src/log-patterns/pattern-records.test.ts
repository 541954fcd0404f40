import { describe, expect, it } from 'vitest';
import {
  baseline,
  find,
  inWindow,
  lines,
  log,
  minute,
  patternOf,
  window,
} from '../__fixtures__/lines-of-a-service.js';

describe('records', () => {
  it('keeps levels apart, wherever they stand', () => {
    const logs = [
      log(window.startMs, 'call ended 1', { level: 'error' }),
      log(window.startMs + 1, 'call ended 2', { severityNumber: 9 }),
      log(window.startMs + 2, '{"level":"warn","message":"call ended 3"}'),
      log(window.startMs + 3, 'call ended 4'),
    ];
    const { patterns, patternOfLog } = find(logs);
    expect([...patternOfLog].map((index) => patterns[index]?.level)).toEqual([
      'error',
      'info',
      'warn',
      undefined,
    ]);
    expect(new Set(patterns.map(({ templateId }) => templateId)).size).toBe(1);
  });

  it('reads the level from the text, and the outcome of a request', () => {
    const logs = [
      log(window.startMs, '08:42:09 ERROR a.b.C - lost 5'),
      log(window.startMs + 1, '08:42:10 INFO a.b.C - lost 6'),
      log(window.startMs + 2, '10.0.0.1 - - [x] "GET /a HTTP/1.1" 502 17'),
      log(window.startMs + 3, '10.0.0.1 - - [x] "GET /a HTTP/1.1" 200 17'),
    ];
    const { patterns, patternOfLog } = find(logs);
    expect([...patternOfLog].map((index) => patterns[index]?.level)).toEqual([
      'error',
      'info',
      'error',
      'info',
    ]);
  });

  it('joins the lines of a stack trace to the line that began it, across other streams', () => {
    const pod = (name: string) => ({ attributes: { 'k8s.pod.name': name } });
    const trace = (at: number, id: number) => [
      log(at, `lost order ${id}`, pod('a')),
      log(at + 1, '\tat shop.Orders.find(Orders.java:17)', pod('a')),
      log(at + 2, 'tick 5', pod('b')),
      log(at + 3, '\tat shop.Api.handle(Api.java:5)', pod('a')),
    ];
    const logs = [...trace(window.startMs, 1), ...trace(window.startMs + 5_000, 2)];
    const { patterns, patternOfLog } = find(logs);
    expect(patterns).toHaveLength(2);
    const lost = patterns.findIndex(({ template }) => template === 'lost order <*>');
    expect(patterns[lost]).toMatchObject({ frames: ['shop.Orders.find', 'shop.Api.handle'], signalCount: 2 });
    expect([...patternOfLog].map((index) => index === lost)).toEqual([
      true,
      true,
      false,
      true,
      true,
      true,
      false,
      true,
    ]);
  });

  it('tells stack traces apart by their top frames', () => {
    const trace = (at: number, frame: string) =>
      log(at, `boom ${at}\n\tat ${frame}(X.java:${at % 90})\n\tat z.Z.run(Z.java:1)`);
    const logs = [1, 2, 3].map((second) =>
      trace(window.startMs + second * 1_000, second < 3 ? 'a.B.c' : 'a.B.d'),
    );
    expect([...find(logs).patternOfLog]).toEqual([0, 0, 1]);
    expect(find(logs).patterns.map(({ window: { count } }) => count)).toEqual([2, 1]);
  });

  it('gives one template id to what several services say', () => {
    const { patterns } = find([
      ...inWindow(3, 'hello', { service: 'a' }),
      ...inWindow(3, 'hello', { service: 'b' }),
    ]);
    expect(patterns.map(({ service }) => service)).toEqual(['a', 'b']);
    expect(patterns[0]?.templateId).toBe(patterns[1]?.templateId);
  });

  it('keeps an example of the window, cut in length, with samples of traces', () => {
    const long = `retry ${'x'.repeat(5_000)}`;
    const logs = [
      log(baseline.startMs, long, { traceId: 'a'.repeat(32) }),
      log(window.startMs + 5, long, { traceId: 'b'.repeat(32) }),
      ...lines(50, window.startMs + minute, window.endMs, 'retry', { traceId: 'c'.repeat(32) }),
    ];
    const pattern = patternOf(logs, 'retry');
    expect(pattern.example).toHaveLength(2_000);
    expect(pattern.exampleId).toBe(logs[1]?.id);
    expect(pattern.traceIds[0]).toBe('b'.repeat(32));
    expect(pattern.queryIds).toEqual(['q']);
  });

  it('counts a record once, however often it comes', () => {
    const logs = inWindow(10, 'retry');
    expect(patternOf([...logs, ...logs], 'retry').window.count).toBe(10);
    expect(find([...logs, ...logs]).patternOfLog).toHaveLength(20);
  });

  it('has an answer for nothing, for one record, and for records of another time', () => {
    expect(find([])).toEqual({ patterns: [], patternOfLog: new Int32Array(0), isOverflown: false });
    expect(find([log(window.startMs, 'x')]).patterns).toHaveLength(1);
    expect(find([log(5, 'x')]).patterns).toEqual([]);
    expect([...find([log(5, 'x'), log(Number.NaN, 'y', { timeUnixNano: '0' })]).patternOfLog]).toEqual([
      -1, -1,
    ]);
    const empty = { startMs: 5, endMs: 5 };
    expect(find([log(5, 'x')], { window: empty, baseline: empty }).patterns).toEqual([]);
  });

  it('takes a line of a megabyte and hostile names', () => {
    const hostile = ['__proto__', 'constructor', 'toString'].map((word, index) =>
      log(window.startMs + index, word, { service: word, attributes: { pod: word } }),
    );
    const { patterns } = find([...hostile, log(window.startMs + 9, 'a=1 '.repeat(250_000))]);
    expect(patterns).toHaveLength(4);
  });
});
