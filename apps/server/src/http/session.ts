import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { type AccessToken, allows, type Role } from './access-tokens.js';
import { isLoopback, isOwnPage } from './own-page.js';

/** A shift. After it the token is asked for again. */
export const SESSION_MS = 12 * 3_600_000;

/** Whose cookie it is. */
export interface Session {
  /** Of its token: one token may have been given several. */
  readonly roles: readonly Role[];
  readonly token: string;
  readonly endsAtMs: number;
}

/**
 * Sessions of pages, without any state: a cookie is a statement of when it ends, sealed by the very token that it was given for.
 * Whoever takes the token away has ended all its sessions, and no other.
 */
export interface Sessions {
  /** `undefined` when there is no such token of people. Takes as long for a wrong one as for the right one. */
  open(token: string): Promise<{ readonly session: Session; readonly cookie: string } | undefined>;
  /** `undefined` without a cookie, with one that is not whole or has ended, and for what no page of ours sent. */
  find(context: Context): Promise<Session | undefined>;
}

interface Seal {
  readonly roles: readonly Role[];
  readonly token: string;
  readonly key: Parameters<typeof crypto.subtle.verify>[1];
  /** Tells which token a cookie names, and nothing of it. */
  readonly id: string;
}

const VERSION = '1';
const cookieForm = /^1\.([\w-]{11})\.(\d{10})\.([\w-]{43})$/;

export function createSessions(tokens: readonly AccessToken[], now: () => number): Sessions {
  let known: Promise<readonly Seal[]> | undefined;
  const seals = () => {
    known ??= Promise.all(ofPeople(tokens).map(([token, roles]) => createSeal(token, roles)));
    return known;
  };

  return {
    async open(given) {
      // A token is compared by what it would seal, all of them to the end.
      const other = await createSeal(given, []);
      const seal = (await seals()).reduce<Seal | undefined>(
        (found, each) => (isSame(each.id, other.id) ? each : found),
        undefined,
      );
      if (seal === undefined || seal.token !== given) return undefined;
      const endsAtS = Math.floor((now() + SESSION_MS) / 1000);
      const mac = await crypto.subtle.sign('HMAC', seal.key, statementOf(seal.id, endsAtS));
      const { roles, token } = seal;
      const cookie = `${VERSION}.${seal.id}.${endsAtS}.${toBase64Url(new Uint8Array(mac))}`;
      return { session: { roles, token, endsAtMs: endsAtS * 1000 }, cookie };
    },

    async find(context) {
      const cookie = getCookie(context, cookieNameFor(context));
      if (cookie === undefined || !isOwnPage(context)) return undefined;
      const [, id = '', endsAt = '', mac = ''] = cookieForm.exec(cookie) ?? [];
      const endsAtMs = Number(endsAt) * 1000;
      const seal = (await seals()).find((each) => each.id === id);
      if (seal === undefined || endsAtMs <= now()) return undefined;
      const statement = statementOf(id, endsAtMs / 1000);
      if (!(await crypto.subtle.verify('HMAC', seal.key, fromBase64Url(mac), statement))) return undefined;
      return { roles: seal.roles, token: seal.token, endsAtMs };
    },
  };
}

/**
 * A browser takes a `__Host-` cookie only over TLS, for this very host and all its paths. On this machine there is no TLS, and a
 * plain name must do.
 */
function cookieNameFor(context: Context): 'midwatch' | '__Host-midwatch' {
  return isPlain(context) ? 'midwatch' : '__Host-midwatch';
}

/** Value and life as `Set-Cookie` has them; a life of 0 takes it away. */
export function toSetCookie(context: Context, value: string, maxAgeS: number): string {
  const secure = isPlain(context) ? '' : '; Secure';
  return `${cookieNameFor(context)}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${secure}`;
}

function isPlain(context: Context): boolean {
  return isLoopback(context) && new URL(context.req.url).protocol === 'http:';
}

/** Those that may read; each once, with all its roles. */
function ofPeople(tokens: readonly AccessToken[]): readonly [string, readonly Role[]][] {
  const roles = new Map<string, Role[]>();
  for (const { role, token } of tokens) roles.set(token, [...(roles.get(token) ?? []), role]);
  return [...roles].filter(([, own]) => own.some((role) => allows(role, 'viewer')));
}

async function createSeal(token: string, roles: readonly Role[]): Promise<Seal> {
  const bytes = new TextEncoder().encode(token === '' ? '-' : token);
  const hash = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytes, hash, false, ['sign', 'verify']);
  const name = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode('midwatch session token'));
  return { roles, token, key, id: toBase64Url(new Uint8Array(name).subarray(0, 8)) };
}

function statementOf(id: string, endsAtS: number): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`midwatch session ${VERSION} ${id} ${endsAtS}`);
}

function isSame(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let index = 0; index < one.length; index++)
    difference |= one.charCodeAt(index) ^ other.charCodeAt(index);
  return difference === 0;
}

function toBase64Url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
