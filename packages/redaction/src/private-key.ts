import { BASE64, isIn, isSpace, runEnd, runStart } from './characters.js';
import { type Finder, literalAnchor, NOTHING, type Report } from './finder.js';

/** What stands between BEGIN or END and the closing dashes; a space may have become a plus sign. */
const LABEL = /[ +_](?:[A-Z0-9]{1,20}[ +_]){0,3}PRIVATE[ +_]KEY(?:[ +_]BLOCK)?[ +_]?-{2,5}/y;
const PUTTY_LABEL = /: {0,2}\d{1,4}/y;
/** Header lines within a block. */
const HEADER = /(?:Proc-Type|DEK-Info|Version|Comment|Charset|Hash): ?[^\n\\]{0,120}/y;
const SPELLED_LINE_END = /\\{1,16}[nrt]/y;
/** Lines that a program's source puts together: `"..." +`, `"..."`. */
const CONCATENATION = /(["'])\s{0,3}[+.]?\s{1,80}\1/y;
const MAX_BLOCK_LENGTH = 32_768;
/** Shorter words end a block that has lost its end: they may be the log's own. */
const MIN_WORD = 16;

/** Private key blocks, whole or cut at either end, on many lines, on one, or with line ends spelled as `\n`. */
export const privateKeyFinder: Finder = {
  anchors: [literalAnchor('BEGIN'), literalAnchor('END'), literalAnchor('Private-Lines')],
  find(text, at, report) {
    if (text.startsWith('BEGIN', at - 4)) return reportBlock(text, at, report);
    if (text.startsWith('END', at - 2)) return reportTail(text, at, report);
    if (!text.startsWith('Private-Lines', at - 12)) return NOTHING;
    const body = at + 1 + lengthOf(PUTTY_LABEL, text, at + 1);
    return reportBody(text, body, body, report);
  },
};

function reportBlock(text: string, at: number, report: Report): number {
  const start = dashesStart(text, at - 4);
  const label = lengthOf(LABEL, text, at + 1);
  if (start === at - 4 || label === 0) return NOTHING;
  const body = at + 1 + label;
  // The next marker of any kind is this block's end, or shows that the end is missing.
  const marker = text.indexOf('----', body);
  if (marker >= 0 && marker - body <= MAX_BLOCK_LENGTH) {
    const word = skipDashes(text, marker);
    const endLabel = text.startsWith('END', word) ? lengthOf(LABEL, text, word + 3) : 0;
    if (endLabel > 0) {
      report('private-key', start, word + 3 + endLabel);
      return word + 3 + endLabel;
    }
  }
  return reportBody(text, start, body, report);
}

/** A block without an end: takes what looks like key material. */
function reportBody(text: string, start: number, body: number, report: Report): number {
  let end = body;
  let isAfterFullLine = false;
  for (let at = body; ; ) {
    at = skipSeparators(text, at);
    at += lengthOf(HEADER, text, at);
    at = skipSeparators(text, at);
    const wordEnd = runEnd(text, at, BASE64);
    const length = wordEnd - at;
    if (length === 0 || (length < MIN_WORD && !isAfterFullLine)) break;
    end = wordEnd;
    at = wordEnd;
    if (length < MIN_WORD) break;
    isAfterFullLine = true;
  }
  if (end > body) report('private-key', start, end);
  return Math.max(end, body);
}

/** A block without a beginning: takes the key material before its end. */
function reportTail(text: string, at: number, report: Report): number {
  const label = lengthOf(LABEL, text, at + 1);
  const dashes = dashesStart(text, at - 2);
  if (label === 0 || dashes === at - 2) return NOTHING;
  let start = dashes;
  for (let before = dashes; ; ) {
    while (before > 0 && (isSpace(text.charCodeAt(before - 1)) || text.charAt(before - 1) === '\\'))
      before -= 1;
    const wordStart = runStart(text, before, BASE64);
    // The last line may be short, and so is the letter of a spelled line end.
    const isLastLine = start === dashes;
    if (before === wordStart || (before - wordStart < MIN_WORD && !isLastLine && before - wordStart > 1))
      break;
    if (before - wordStart > 1) start = wordStart;
    before = wordStart;
  }
  if (start < dashes) report('private-key', start, at + 1 + label);
  return at + 1 + label;
}

function skipSeparators(text: string, from: number): number {
  let at = from;
  for (;;) {
    const joint = lengthOf(SPELLED_LINE_END, text, at) || lengthOf(CONCATENATION, text, at);
    if (joint > 0) at += joint;
    else if (at < text.length && (isSpace(text.charCodeAt(at)) || '|>\\'.includes(text.charAt(at)))) at += 1;
    else return at;
  }
}

function dashesStart(text: string, end: number): number {
  let at = end;
  if (text.charAt(at - 1) === ' ') at -= 1;
  const space = at;
  while (end - at < 8 && text.charAt(at - 1) === '-') at -= 1;
  return space - at >= 2 ? at : end;
}

function skipDashes(text: string, from: number): number {
  let at = from;
  while (at - from < 8 && text.charAt(at) === '-') at += 1;
  return text.charAt(at) === ' ' ? at + 1 : at;
}

function lengthOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

/** Base64 of a whole PEM block, as in a kubeconfig or a Secret. Certificates and public keys begin otherwise and stay. */
export const encodedPrivateKeyFinder: Finder = {
  anchors: [literalAnchor('LS0tLS1CRUdJTi')],
  find(text, at, report) {
    const start = at - 13;
    if (!text.startsWith('LS0tLS1CRUdJTi', start) || /^B(?:DRVJU|QVUJM)/.test(text.slice(at + 1, at + 8)))
      return NOTHING;
    const end = runEnd(text, at + 1, BASE64);
    if (end - at < 20) return end;
    report('private-key', start, end);
    return end;
  },
};

/**
 * Whether a text is nothing but one line of a PEM block: log shippers send a block line by line. Such lines have 64, 70 or 76
 * characters of mixed case; a hash in hexadecimal has no upper case.
 */
export function isKeyLine(text: string): boolean {
  if (text.length < 64 || text.length > 80) return false;
  const line = text.trim();
  if (line.length !== 64 && line.length !== 70 && line.length !== 76) return false;
  if (!isIn(line, 0, BASE64) || runEnd(line, 0, BASE64) < line.length) return false;
  return /[a-z]/.test(line) && /[A-Z]/.test(line) && /\d/.test(line) && /[g-zG-Z]/.test(line);
}
