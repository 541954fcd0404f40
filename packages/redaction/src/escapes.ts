import { backslashesBefore, spelledCode } from './characters.js';
import type { Piece } from './piece.js';
import { tokenLength } from './token.js';
import { foldCharacter } from './unicode.js';

const ESCAPE_CODE = 0x1b;
/** What follows a run of backslashes. More than one backslash is an escape within an escape. */
const BACKSLASHED = /(\\{1,16})(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|0?(33)(?=\[)|([enrt/]))/y;
/** `%3A`, and `%253A` as it looks when it was encoded twice. */
const PERCENT = /%(?:25){0,4}([0-9a-fA-F]{2})/y;
const ENTITY =
  /&(?:amp;){0,4}(?:#(\d{2,3})|#[xX]([0-9a-fA-F]{2})|(amp|quot|apos|lt|gt|colon|equals|commat));/y;
const NAMED_ENTITIES = new Map([
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
  ['lt', '<'],
  ['gt', '>'],
  ['colon', ':'],
  ['equals', '='],
  ['commat', '@'],
]);
/** The escape character as some log shippers write it. */
const SPELLED_ESCAPE = /#033(?=\[)|\^\[(?=\[)/y;
/** A terminal's control sequence, without the escape character. */
const CONTROL_SEQUENCE = /\[[0-?]{0,32}[ -/]{0,4}[@-~]/y;

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** The ASCII character at `at`, when it begins an escape that stands for something else. */
export function decodeEscape(text: string, at: number, code: number): Piece | undefined {
  if (code === 0x5c) return decodeBackslash(text, at);
  if (code === 0x25) return decodePercent(text, at);
  if (code === 0x26) return decodeEntity(text, at);
  if (code === ESCAPE_CODE) return toEscape(text, at, 1);
  if (code === 0x23 || code === 0x5e) {
    const length = match(SPELLED_ESCAPE, text, at)?.[0].length;
    return length === undefined ? undefined : toEscape(text, at, length);
  }
  const isInvisible = code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d;
  return isInvisible ? { length: 1 } : undefined;
}

function decodeBackslash(text: string, at: number): Piece | undefined {
  // Only the first of a run is asked, so that a long run is not read again and again.
  if (backslashesBefore(text, at, at - 1) > 0) return undefined;
  const found = match(BACKSLASHED, text, at);
  if (!found) return undefined;
  const [{ length }, , unicode, hex, octal, letter] = found;
  if (octal !== undefined || letter === 'e')
    return letter === 'e' ? decodeSpelledE(text, at, length) : toEscape(text, at, length);
  const digits = unicode ?? hex;
  if (digits !== undefined) return toCharacter(text, at, Number.parseInt(digits, 16), length);
  const meaning = { n: '\n', r: '\r', t: '\t' }[letter ?? ''] ?? '/';
  return { code: meaning.charCodeAt(0), length };
}

/** `\e` is an escape character only before a control sequence; elsewhere it may begin a word in a Windows path. */
function decodeSpelledE(text: string, at: number, length: number): Piece | undefined {
  return text.charAt(at + length) === '[' ? toEscape(text, at, length) : undefined;
}

function decodePercent(text: string, at: number): Piece | undefined {
  const found = match(PERCENT, text, at);
  if (!found) return undefined;
  const code = Number.parseInt(found[1] ?? '', 16);
  return code < 0x80 ? toCharacter(text, at, code, found[0].length) : undefined;
}

function decodeEntity(text: string, at: number): Piece | undefined {
  const found = match(ENTITY, text, at);
  if (!found) return undefined;
  const [{ length }, decimal, hex, name] = found;
  const named = NAMED_ENTITIES.get(name ?? '');
  if (named !== undefined) return { code: spelledCode(named.charCodeAt(0)), length };
  return toCharacter(
    text,
    at,
    decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal),
    length,
  );
}

/** A decoded character, which may itself be one that does not count. */
function toCharacter(text: string, at: number, code: number, length: number): Piece {
  if (code === ESCAPE_CODE) return toEscape(text, at, length);
  if (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return { length };
  if (code < 0x7f) return { code: spelledCode(code), length };
  const folded = foldCharacter(String.fromCharCode(code), 0);
  if (folded === undefined) return { code, length };
  return folded.code === undefined ? { length } : { code: folded.code, length };
}

/** An escape character: gone, together with the control sequence that it begins. */
function toEscape(text: string, at: number, length: number): Piece {
  const next = at + length;
  const sequence = tokenLength(text, next) > 0 ? null : match(CONTROL_SEQUENCE, text, next);
  return { length: length + (sequence?.[0].length ?? 0) };
}
