import { describe, expect, it } from 'vitest';
import { levelOfAccessLog, levelOfSeverity, parseLogLevel } from './log-level.js';

describe('parseLogLevel', () => {
  it.each([
    ['16:48:42.424 INFO t.s.Service#532 started', 'info'],
    ['2024-01-31 WARN  [main] pool is low', 'warn'],
    ['[ERROR] no route', 'error'],
    ['[2024] [error] [client 10.0.0.1] denied', 'error'],
    ['error: no route', 'error'],
    ['sshd[17]: fatal: cannot bind', 'fatal'],
    ['E0131 03:04:05.123456 1 main.go:17] lost', 'error'],
    ['I0131 03:04:05.123456 1 main.go:17] found', 'info'],
    ['ts=1 level=warn caller=x', 'warn'],
    ['{"severity": "critical", "text": "x"}', 'fatal'],
    ['panic: runtime error: index out of range', 'fatal'],
    ['Traceback (most recent call last):', 'error'],
    ['<debug> tick', 'debug'],
  ])('%s', (line, level) => {
    expect(parseLogLevel(line)).toBe(level);
  });

  it.each([
    'no errors found',
    '3 error reports sent',
    'the request failed with error: timeout',
    'reason=error',
    'error_count 5',
    'fine, thanks',
    '',
  ])('tells none for: %s', (line) => {
    expect(parseLogLevel(line)).toBeUndefined();
  });

  it('looks at the head of a line only', () => {
    expect(parseLogLevel(`${'x '.repeat(100)}ERROR`)).toBeUndefined();
  });
});

it('maps severity numbers, four to a level', () => {
  expect([0, 1, 9, 12, 13, 17, 24, 25, undefined].map(levelOfSeverity)).toEqual([
    undefined,
    'trace',
    'info',
    'info',
    'warn',
    'error',
    'fatal',
    undefined,
    undefined,
  ]);
});

it('takes the status of an access log line for its level', () => {
  const line = (status: number) => `10.0.0.1 - - [x] "GET /a HTTP/1.1" ${status} 17`;
  expect([200, 404, 503].map((status) => levelOfAccessLog(line(status)))).toEqual(['info', 'info', 'error']);
  expect(levelOfAccessLog('GET /a 503')).toBeUndefined();
});
