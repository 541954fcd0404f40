import { describe, expect, it } from 'vitest';
import { toShownJson, toShownLine } from './shown-text.js';

const hostile = 'a\u009b31mb\u202ec\u{e0041}d\u2028e';

describe('text from outside', () => {
  it('is one line that moves no cursor', () => {
    expect(toShownLine(`x\r\n\u001b[2Jy\t${hostile}`)).toBe('x [2Jy a31mbcd e');
    expect(toShownLine('12345678', 4)).toBe('123…');
  });

  it('is escaped in JSON for a terminal without a change of its value, and left as it is in a pipe', () => {
    const terminal = (isTTY: boolean) => ({
      stdout: { write: () => undefined, isTTY },
      stderr: { write: () => undefined },
      environment: {},
      folder: '.',
    });
    const shown = toShownJson({ hostile }, terminal(true));
    expect(shown).toBe('{"hostile":"a\\u009b31mb\\u202ec\\udb40\\udc41d\\u2028e"}');
    expect(JSON.parse(shown)).toEqual({ hostile });
    expect(toShownJson({ hostile }, terminal(false))).toBe(JSON.stringify({ hostile }));
  });
});
