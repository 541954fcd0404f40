import { isLineEnd, QUOTES } from './characters.js';
import { NOTHING, type Report } from './finder.js';
import { isHarmless, isProse } from './harmless-value.js';
import { bareEnd, isClosingQuote, readQuoted } from './secret-value.js';

/** Schemes stay: they say how a caller tried to authenticate. */
const SCHEME =
  /(?:Bearer|Basic|Digest|Negotiate|NTLM|Token|Api-?Key|Key|GenieKey|Splunk|AWS4-HMAC-SHA256|Signature|OAuth|Hawk|HMAC|SharedKey(?:Lite)?|SharedAccessSignature|JWT|Bot)(?: {1,3}|%20|\+)/iy;
/** `Credential=..., SignedHeaders=..., Signature=...` */
const PARAMETERS = /(?:[\w-]{1,40}=(?:"[^"\n]{0,2048}"|[^\s,"]{1,2048})(?:, {0,2})?)+/y;
/** A line end as it looks inside a JSON string, which no header value holds. */
const SPELLED_LINE_END = /\\[rn]/;

function lengthOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

/** The value of an `Authorization` header in a dump, an object, a log pair or a command; its scheme stays. */
export function reportAuthorization(text: string, from: number, report: Report): number {
  // An object's own keys are read when their turn comes.
  if (text.charAt(from) === '{') return NOTHING;
  const inList = text.charAt(from) === '[' || text.charAt(from) === '(' ? from + 1 : from;
  const quoted = readQuoted(text, inList);
  const start = quoted?.start ?? inList;
  const credential = start + lengthOf(SCHEME, text, start);
  if (quoted && isHarmless(text.slice(start, quoted.end))) return NOTHING;
  if (!quoted && credential === start && isProse(text.slice(start, start + 48))) return NOTHING;
  const end = quoted
    ? Math.max(quoted.end, credential)
    : bareAuthorizationEnd(text, credential, credential > start);
  if (end <= credential || isHarmless(text.slice(credential, end))) return NOTHING;
  report('authorization', credential, end);
  return end;
}

function bareAuthorizationEnd(text: string, from: number, hasScheme: boolean): number {
  const parameters = hasScheme ? lengthOf(PARAMETERS, text, from) : 0;
  const end = Math.max(from + parameters, headerWordEnd(text, from));
  // An unknown scheme is a word without digits; what follows it is the credential.
  if (!hasScheme && text.charAt(end) === ' ' && /^[A-Za-z-]{2,24}$/.test(text.slice(from, end))) {
    return headerWordEnd(text, end + 1);
  }
  return end;
}

function headerWordEnd(text: string, from: number): number {
  const end = bareEnd(text, from, false);
  const cut = text.slice(from, end).search(SPELLED_LINE_END);
  return cut < 0 ? end : from + cut;
}

/** The value of a `Cookie` or `Set-Cookie` header: all pairs, to the end of the header. */
export function reportCookie(text: string, from: number, isKeyQuoted: boolean, report: Report): number {
  const closing = { '[': ']', '{': '}', '(': ')' }[text.charAt(from)];
  if (closing === '}' && isQuoteAt(text, from + 1)) return reportMembers(text, from + 1, report);
  const quoted = readQuoted(text, closing === undefined ? from : from + 1);
  if (quoted && closing !== '}') return reportPairs(text, quoted.start, quoted.end, report);
  const start = closing === undefined ? from : from + 1;
  const isWord = isKeyQuoted && closing === undefined;
  const end = isWord ? bareEnd(text, start, false) : bareCookieEnd(text, start, closing);
  return reportPairs(text, start, end, report);
}

function isQuoteAt(text: string, from: number): boolean {
  return /^\s{0,16}\\{0,16}["']/.test(text.slice(from, from + 40));
}

/** The values of an object of cookies. */
function reportMembers(text: string, from: number, report: Report): number {
  let at = from;
  for (;;) {
    const key = readQuoted(text, skipOver(text, at, ' \t\r\n,'));
    if (!key) return at;
    const colon = skipOver(text, key.end, '\\"\' ');
    const value = text.charAt(colon) === ':' ? readQuoted(text, skipOver(text, colon + 1, ' ')) : undefined;
    if (!value) return colon;
    if (!isHarmless(text.slice(value.start, value.end))) report('cookie', value.start, value.end);
    at = skipOver(text, value.end, '\\"\'');
  }
}

function skipOver(text: string, from: number, characters: string): number {
  let at = from;
  while (at < text.length && characters.includes(text.charAt(at))) at += 1;
  return at;
}

function reportPairs(text: string, start: number, end: number, report: Report): number {
  const content = text.slice(start, end);
  if (!/[=:]/.test(content) || isHarmless(content)) return NOTHING;
  report('cookie', start, end);
  return end;
}

function bareCookieEnd(text: string, from: number, closing: string | undefined): number {
  for (let at = from; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (isLineEnd(text.charCodeAt(at)) || character === closing) return at;
    if (character === '\\' && 'rn"\''.includes(text.charAt(at + 1)) && at + 1 < text.length) return at;
    if (!QUOTES.includes(character)) continue;
    // The quote around a whole header, as in curl -H 'Cookie: a=b'.
    const isAround = closing === undefined && !/[\w=;%]/.test(text.charAt(at + 1));
    if (isAround || isClosingQuote(text, at)) return at;
  }
  return text.length;
}
