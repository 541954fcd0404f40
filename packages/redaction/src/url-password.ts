import { characterSet, isSpace, QUOTES, runStart } from './characters.js';
import { type Finder, NOTHING } from './finder.js';
import { isHarmless } from './harmless-value.js';

const SCHEME = characterSet('A-Za-z0-9+.-');
/** Schemes in whose addresses an `@` after the first slash belongs to the path. */
const WEB = /(?:https?|wss?|ftp|file|git|ssh|s3)$/i;
/** What follows the colon is a tag or a digest. */
const IMAGE = /(?:docker|docker-pullable|containerd|cri-o|oci|docker-daemon)$/i;
/** Addresses of databases and queues: with a word for a port they were cut before the `@`. */
const STORE =
  /(?:postgres|postgresql|psycopg\d?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|mssql|sqlserver|clickhouse)$/i;
const RANDOM_USER = /^(?=.*\d)[\w.%~+-]{16,}$/;

/** `scheme://user:password@host`: the password goes, the user and the host stay. Also a lone token before the `@`. */
export const urlPasswordFinder: Finder = {
  anchors: [{ before: '/', at: '/' }],
  find(text, at, report) {
    if (text.charAt(at - 2) !== ':') return NOTHING;
    const from = at + 1;
    const end = addressEnd(text, from);
    const scheme = text.slice(runStart(text, at - 2, SCHEME, at - 22), at - 2);
    const address = text.slice(from, end);
    const mayBeCut = end === text.length ? !IMAGE.test(scheme) : STORE.test(scheme);
    const host = hostAt(address, WEB.test(scheme)) ?? (mayBeCut ? cutPasswordEnd(address) : undefined);
    if (host === undefined) return end;
    const credentials = text.slice(from, from + host);
    const colon = credentials.indexOf(':');
    const user = colon < 0 ? credentials : credentials.slice(0, colon);
    if (RANDOM_USER.test(user)) report('token', from, from + user.length);
    if (colon >= 0 && !isHarmless(credentials.slice(colon + 1)))
      report('password', from + colon + 1, from + host);
    return end;
  },
};

/** Where an address ends at the latest: at a space, a quote or the next address. */
function addressEnd(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (isSpace(text.charCodeAt(at)) || '<>\\'.includes(character) || QUOTES.includes(character)) break;
    if (character === ':' && text.startsWith('//', at + 1)) break;
  }
  return at;
}

/** Position of the `@` that ends the credentials. Passwords in error messages often hold unencoded `@`, `/`, `?` and `#`. */
function hostAt(address: string, isWeb: boolean): number | undefined {
  const slash = address.search(/[/?#]/);
  const authority = slash < 0 ? address : address.slice(0, slash);
  const inAuthority = authority.lastIndexOf('@');
  // In a list of addresses the last one may have credentials of its own.
  const last = address.lastIndexOf('@');
  if (last < 0 || (isWeb && inAuthority >= 0)) return inAuthority < 0 ? undefined : inAuthority;
  const colon = authority.indexOf(':');
  const hasPort = /^[^:@]*:\d{1,5}$/.test(authority) || /^\[[\da-fA-F:.]+\]/.test(authority);
  if (inAuthority < 0 && (colon < 0 || hasPort)) return undefined;
  return /^[\w.[-]/.test(address.slice(last + 1)) ? last : inAuthority < 0 ? undefined : inAuthority;
}

/** An address that was cut within the credentials: what follows the colon is no port. */
function cutPasswordEnd(address: string): number | undefined {
  return /^[\w.%+-]{0,64}:(?!\d{1,5}(?:\W|$))(?=.*\d)[^/?#]+$/.test(address) ? address.length : undefined;
}
