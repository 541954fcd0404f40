import { characterSet, isIn, isSpace, QUOTES } from './characters.js';
import { type Finder, NOTHING, type Report } from './finder.js';

const LOCAL = characterSet("A-Za-z0-9._%+'-");
const DOMAIN = characterSet('A-Za-z0-9.-');
const USER = characterSet('A-Za-z0-9._-');
const MAX_LOCAL = 64;
const MAX_DOMAIN = 253;
/** Hosts of a cluster or a cloud's network: `rabbit@broker-0.broker.svc.cluster.local` is a node and no person. */
const MACHINE_DOMAIN = /(?:^|\.)(?:svc|cluster\.local|internal|localdomain)$/i;
/** `lodash@4.17.21.tgz` */
const VERSION = /^\d+\.\d+[.-]/;
const ORACLE = /(?:oracle:(?:thin|oci8?):|\bsqlplus (?:-\w{1,8} ){0,3})[\w$.#-]{0,64}\/([^\s@"'/]{1,128})$/i;
const HOST_AFTER =
  /^(?!sha\d{3}:)(?:(?:tcp|unix)\(|(?:[A-Za-z0-9-]{1,63}\.){0,8}[A-Za-z0-9-]{1,63}(?::\d{2,5}|\/)|localhost\b|\d{1,3}(?:\.\d{1,3}){3})/;
/** `user:bob@10.0.0.1` says whom, and no password. */
const LABEL_BEFORE = /(?:^|[^\w.-])(?:users?|from|to|e?mail|mailto|by|for|login|host|ssh|at)$/i;

/** E-mail addresses, and `user:password@host` without a scheme. */
export const emailFinder: Finder = {
  anchors: [{ at: '@' }],
  find(text, at, report) {
    if (reportCredentials(text, at, report)) return NOTHING;
    const start = localStart(text, at);
    const end = domainEnd(text, at + 1);
    if (start === at || end === undefined) return NOTHING;
    const domain = text.slice(at + 1, end);
    const local = text.slice(start, at);
    if (isUserOfAddress(text, start)) return NOTHING;
    if (MACHINE_DOMAIN.test(domain) || VERSION.test(domain)) return NOTHING;
    // The remote of a repository: git@host:owner/name
    if (local === 'git' && /[:/]/.test(text.charAt(end))) return NOTHING;
    report('email', start, end);
    return end;
  },
};

/** `https://user:password@host`: the user and the host stay, and the password has been found by its place. */
function isUserOfAddress(text: string, start: number): boolean {
  return /:\/\/[^\s/?#"'<>]{0,64}$/.test(text.slice(Math.max(0, start - 68), start));
}

function localStart(text: string, at: number): number {
  let start = at;
  while (at - start < MAX_LOCAL && (isIn(text, start - 1, LOCAL) || isLetterBeyondAscii(text, start - 1)))
    start -= 1;
  while (start < at && /[.'%-]/.test(text.charAt(start))) start += 1;
  return start;
}

/** End of a domain with at least one dot and a last label of letters; undefined when there is none. */
function domainEnd(text: string, from: number): number | undefined {
  let end = from;
  while (end - from < MAX_DOMAIN && (isIn(text, end, DOMAIN) || isLetterBeyondAscii(text, end))) end += 1;
  const [domain] =
    /^(?:[^.-][^.]{0,62}\.)+(?:xn--[a-z0-9-]{2,59}|[^\d.-]{2,24}(?![\p{L}\d]))/iu.exec(
      text.slice(from, end),
    ) ?? [];
  return domain === undefined ? undefined : from + domain.length;
}

function isLetterBeyondAscii(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xc0 && code < 0x2000 && code !== 0xd7 && code !== 0xf7;
}

function reportCredentials(text: string, at: number, report: Report): boolean {
  const colon = colonBefore(text, at);
  const oracle = colon === undefined ? ORACLE.exec(text.slice(Math.max(0, at - 200), at))?.[1] : undefined;
  if (oracle !== undefined) {
    report('password', at - oracle.length, at);
    return true;
  }
  if (colon === undefined || colon === at - 1 || !isIn(text, colon - 1, USER)) return false;
  if (!HOST_AFTER.test(text.slice(at + 1, at + 1 + MAX_DOMAIN))) return false;
  const isWord = /^[a-z._-]+$/i.test(text.slice(colon + 1, at));
  if (isWord && LABEL_BEFORE.test(text.slice(Math.max(0, colon - 12), colon))) return false;
  report('password', colon + 1, at);
  return true;
}

/** The colon of `user:password@`, when the text from it to the `@` can be a password. */
function colonBefore(text: string, at: number): number | undefined {
  for (let colon = at - 1; colon >= 0 && at - colon <= MAX_LOCAL; colon -= 1) {
    const character = text.charAt(colon);
    if (character === ':') return colon;
    if (isSpace(text.charCodeAt(colon)) || '<>/\\'.includes(character) || QUOTES.includes(character))
      return undefined;
  }
  return undefined;
}
