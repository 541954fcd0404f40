import { spelledCode } from './characters.js';
import type { Piece } from './piece.js';

/** Letters of other scripts that look like ASCII letters. */
const LOOK_ALIKES = new Map<string, string>(
  [
    ['ɑаα', 'a'],
    ['ϲс', 'c'],
    ['ԁ', 'd'],
    ['еҽ', 'e'],
    ['ɡ', 'g'],
    ['һ', 'h'],
    ['іıι', 'i'],
    ['ј', 'j'],
    ['κк', 'k'],
    ['ո', 'n'],
    ['оοօ', 'o'],
    ['рρ', 'p'],
    ['ѕ', 's'],
    ['υս', 'u'],
    ['ѵν', 'v'],
    ['ԝ', 'w'],
    ['хχ', 'x'],
    ['уү', 'y'],
    ['АΑ', 'A'],
    ['ВΒ', 'B'],
    ['С', 'C'],
    ['ЕΕ', 'E'],
    ['НΗ', 'H'],
    ['ІΙ', 'I'],
    ['Ј', 'J'],
    ['КΚ', 'K'],
    ['МΜ', 'M'],
    ['ΝՆ', 'N'],
    ['ОΟ', 'O'],
    ['РΡ', 'P'],
    ['Ѕ', 'S'],
    ['ТΤ', 'T'],
    ['ХΧ', 'X'],
    ['УΥ', 'Y'],
    ['Ζ', 'Z'],
    ['։˸∶꞉', ':'],
    ['٪', '%'],
    ['‘’‛′', "'"],
    ['“”‟″', '"'],
    ['‐‑‒–—−', '-'],
  ].flatMap(([lookAlikes = '', ascii = '']) => Array.from(lookAlikes, (letter) => [letter, ascii] as const)),
);

/** Joiners, direction marks, combining marks, variation selectors, controls, fillers, and the sign that stands for a token. */
const INVISIBLE = /[\p{Cf}\p{Mn}\p{Me}\p{Cc}\u115f\u1160\u3164\uffa0\ufffc]/u;
const SPACE = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/u;
const LINE_END = /[\u0085\u2028\u2029]/u;

/** What a character beyond ASCII counts as: nothing, a space, the ASCII character it looks like, or (undefined) itself. */
export function foldCharacter(text: string, at: number): Piece | undefined {
  const code = text.charCodeAt(at);
  if (code >= 0xd800 && code <= 0xdfff) return foldSurrogates(text, at);
  const character = text.charAt(at);
  if (SPACE.test(character)) return { code: 0x20, length: 1 };
  if (LINE_END.test(character)) return { code: 0x0a, length: 1 };
  if (INVISIBLE.test(character)) return { length: 1 };
  if (code >= 0xff01 && code <= 0xff5e) return { code: spelledCode(code - 0xfee0), length: 1 };
  const ascii = LOOK_ALIKES.get(character);
  return ascii === undefined ? undefined : { code: spelledCode(ascii.charCodeAt(0)), length: 1 };
}

function foldSurrogates(text: string, at: number): Piece | undefined {
  const code = text.codePointAt(at) ?? 0;
  // Tags and variation selectors of plane 14 are invisible.
  if (code >= 0xe0000 && code <= 0xe01ef) return { length: 2 };
  // Mathematical letters and digits: bold, script, monospace and so on.
  if (code < 0x1d400 || code > 0x1d7ff) return undefined;
  const ascii = String.fromCodePoint(code).normalize('NFKC');
  return ascii.length === 1 && ascii < '\u0080' ? { code: ascii.charCodeAt(0), length: 2 } : undefined;
}
