import { describe, expect, it } from 'vitest';
import { frameOf, isContinuation, parseStackTrace } from './stack-trace.js';

describe('parseStackTrace', () => {
  it('reads the JVM, with the last cause', () => {
    const trace = parseStackTrace(
      [
        'request failed',
        'com.example.ApiException: no answer',
        '\tat com.example.Api.call(Api.java:17)',
        '\tat com.example.Handler.lambda$run$0(Handler.java:5)',
        '\t... 12 more',
        'Caused by: java.net.ConnectException: refused',
        '\tat java.net.Socket.connect(Socket.java:1)',
        '\tat java.net.Other.run(Other.java:1)',
      ].join('\n'),
    );
    expect(trace).toEqual({
      head: 'request failed\ncom.example.ApiException: no answer\nCaused by: java.net.ConnectException: refused',
      frames: ['com.example.Api.call', 'com.example.Handler.lambda$run$0', 'java.net.Socket.connect'],
      fingerprint: 'com.example.Api.call < com.example.Handler.lambda$run$0 < java.net.Socket.connect',
    });
  });

  it('reads Node.js', () => {
    const trace = parseStackTrace(
      'TypeError: x is undefined\n    at run (/app/a.js:1:2)\n    at async Server.handle (file:///app/b.js:3:4)\n    at /app/c.js:1:1',
    );
    expect(trace?.frames).toEqual(['run', 'Server.handle', 'anonymous']);
  });

  it('reads Python from its end', () => {
    const trace = parseStackTrace(
      'Traceback (most recent call last):\n  File "/app/main.py", line 3, in <module>\n    run()\n  File "/app/job.py", line 9, in run\n    raise ValueError("no")\nValueError: no',
    );
    expect(trace?.frames).toEqual(['job.py:run', 'main.py:<module>']);
    expect(trace?.head).toContain('ValueError: no');
  });

  it('reads Go', () => {
    const trace = parseStackTrace(
      'panic: boom\n\ngoroutine 1 [running]:\nmain.(*Pool).get(0xc000)\n\t/app/pool.go:17 +0x1d\nmain.main()\n\t/app/main.go:5 +0x2',
    );
    expect(trace).toMatchObject({ head: 'panic: boom', frames: ['main.(*Pool).get', 'main.main'] });
  });

  it('is the same for other lines and arguments, and another one for other frames', () => {
    const trace = (line: number, name: string) =>
      parseStackTrace(`boom ${line}\n\tat a.B.${name}(B.java:${line})`);
    expect(trace(1, 'c')?.fingerprint).toBe(trace(99, 'c')?.fingerprint);
    expect(trace(1, 'c')?.fingerprint).not.toBe(trace(1, 'd')?.fingerprint);
  });

  it('leaves other texts of several lines alone', () => {
    expect(parseStackTrace('SELECT *\nFROM users\n  WHERE id = 5')).toBeUndefined();
    expect(parseStackTrace('meet at (noon)')).toBeUndefined();
  });
});

it('knows the lines that go on with a trace', () => {
  const going = [
    '\tat a.B.c(B.java:1)',
    '    at run (/a.js:1:2)',
    'Caused by: a.B: c',
    '\t... 12 more',
    '  File "a.py", line 3, in b',
  ];
  expect(going.map(isContinuation)).toEqual(going.map(() => true));
  const others = ['at noon', ' indented', 'a.B: c', '', 'Caused', '\tat'];
  expect(others.map(isContinuation)).toEqual(others.map(() => false));
});

it('names no function where there is none', () => {
  expect(frameOf('plain text')).toBeUndefined();
});
