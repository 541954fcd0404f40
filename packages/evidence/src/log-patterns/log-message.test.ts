import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toLogMessage } from './log-message.js';

describe('toLogMessage', () => {
  it.each([
    ['plain text', 'pool is low', { text: 'pool is low' }],
    [
      'JSON',
      '{"time":1,"level":"warn","message":"pool is low","free":2}',
      { text: 'pool is low', level: 'warn' },
    ],
    ['JSON with a numeric level', '{"level":50,"msg":"no route"}', { text: 'no route', level: 'error' }],
    [
      'JSON with an error',
      '{"level":"error","msg":"call failed","error":{"type":"TimeoutError"}}',
      { text: 'call failed error: TimeoutError', level: 'error' },
    ],
    [
      'ECS',
      '{"log.level":"ERROR","message":"call failed","error.type":"TimeoutError"}',
      { text: 'call failed error: TimeoutError', level: 'error' },
    ],
    ['JSON with an error alone', '{"err":"connection refused"}', { text: 'connection refused' }],
    ['JSON without a message', '{"a":1}', { text: '{"a":1}' }],
    ['broken JSON', '{"message":"x"', { text: '{"message":"x"' }],
    [
      'logfmt',
      'ts=1 level=error msg="call \\"a\\" failed" err="connection refused" n=3',
      { text: 'call "a" failed error: connection refused', level: 'error' },
    ],
    ['logfmt without quotes', 'level=info msg=ready', { text: 'ready', level: 'info' }],
    [
      'an audit record',
      'type=SYSCALL msg=audit(13.2:4): arch=c0 success=no',
      { text: 'type=SYSCALL msg=audit(13.2:4): arch=c0 success=no' },
    ],
    ['pairs that are no logfmt', 'uid=0 euid=0 tty=ssh', { text: 'uid=0 euid=0 tty=ssh' }],
  ])('%s', (_, body, message) => {
    expect(toLogMessage(body)).toEqual(message);
  });

  it('hands out a stack trace that stands in its own field', () => {
    const stack = 'Error: x\n    at a (b.js:1:2)';
    expect(toLogMessage(JSON.stringify({ message: 'x', stack_trace: stack })).stack).toBe(stack);
  });

  it('does not follow inherited names', () => {
    expect(toLogMessage('{"__proto__":{"message":"x"},"constructor":{"message":"y"}}').text).toContain(
      '__proto__',
    );
    expect(toLogMessage('{"error":{},"a":1}').text).toBe('{"error":{},"a":1}');
  });

  it('never throws', () => {
    const near = fc.string({ unit: fc.constantFrom(...'{}":,=\\ am sg'), maxLength: 60 });
    fc.assert(
      fc.property(
        fc.oneof(
          near,
          near.map((text) => `{${text}`),
          near.map((text) => `a=1 msg=${text}`),
        ),
        (body) => {
          expect(typeof toLogMessage(body).text).toBe('string');
        },
      ),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => typeof toLogMessage(JSON.stringify(value)).text === 'string'),
    );
  });
});
