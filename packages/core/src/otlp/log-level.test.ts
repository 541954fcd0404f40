import { describe, expect, it } from 'vitest';
import { logLevelOfLine, severityToLogLevel, toLogLevel } from './log-level.js';

describe('the level that a line tells', () => {
  it.each([
    ['2026-11-23 04:00:01,120 WARN  [pool-1] c.a.Pool - slow', 'warn'],
    ['2026/11/23 04:00:01 [error] 12#0: upstream timed out', 'error'],
    ['{"level":40,"time":1795406400000,"msg":"slow"}', 'warn'],
    ['{"level":4000,"msg":"a height"}', undefined],
    ['{"time":"2026-11-23T04:00:01Z","level":"error","msg":"x"}', 'error'],
    ['{"msg":"level is fine","severity":"INFO"}', 'info'],
    ['ts=2026-11-23T04:00:01Z level=warning msg="slow"', 'warn'],
    ['time="..." lvl=crit msg=x', 'fatal'],
    ['E1123 04:00:01.120000       1 reflector.go:138] failed to list', 'error'],
    ['no error was found, all is well', undefined],
    ['FATAL:  sorry, too many clients already', 'fatal'],
    ['Traceback (most recent call last):\n  File "a.py"', 'error'],
    ['java.lang.IllegalStateException: pool closed\n\tat a.B.c(B.java:1)', 'error'],
    ['panic: runtime error: index out of range', 'error'],
    ['ERRORS_TOTAL is a metric', undefined],
  ])('%s', (line, level) => {
    expect(logLevelOfLine(line)).toBe(level);
  });

  it('is not looked for behind the head of a long line', () => {
    expect(logLevelOfLine(`${'x '.repeat(200)} ERROR`)).toBeUndefined();
  });
});

it.each([
  ['Information', 'info'],
  ['NOTICE', 'info'],
  ['Error2', 'error'],
  ['emerg', 'fatal'],
  ['constructor', undefined],
  ['', undefined],
])('severity text %j', (text, level) => {
  expect(toLogLevel(text)).toBe(level);
});

it('severity numbers go by fours', () => {
  expect([0, 1, 4, 5, 9, 13, 17, 21, 24, 25].map(severityToLogLevel)).toEqual([
    undefined,
    'trace',
    'trace',
    'debug',
    'info',
    'warn',
    'error',
    'fatal',
    'fatal',
    undefined,
  ]);
});
