import type { Context } from 'hono';
import { type AccessToken, allows, type Role } from './access-tokens.js';
import { HttpProblem } from './http-problem.js';
import { isLoopback, isSameOrigin } from './own-page.js';
import type { Sessions } from './session.js';

/**
 * Who may use a route: `anyone`; `signature`, when the body itself is the proof; a role; or `token`, any of them, for an address
 * that is no route: whoever asks for one must not learn so without a token.
 */
export type Access = 'anyone' | 'signature' | 'token' | Role;

/** Who asks. `local` is whoever is on this very machine, where no token is configured. */
export interface Caller {
  readonly role: Role | 'local' | 'anyone';
  /** Tells one token from another and is none. */
  readonly tokenId?: string;
  /** Of the token, where it was given one. */
  readonly name?: string;
}

export type Guard = (context: Context, needed: Access) => Promise<Caller>;

/**
 * Lets a request through whose token has the role. Where no token is configured that could have it, only what was meant for
 * this very machine: a token for senders leaves reading to it, and the other way round. For a page, its session stands for the
 * token; to send as a machine does, it does not.
 */
export function createGuard(tokens: readonly AccessToken[], sessions: Sessions): Guard {
  let digests: Promise<readonly Uint8Array[]> | undefined;

  async function find(given: string, needed: Role | 'token'): Promise<Caller & { role: Role }> {
    digests ??= Promise.all(tokens.map(({ token }) => digest(token)));
    const [known, sent] = await Promise.all([digests, digest(given)]);
    // All of them, to the end: it takes as long for a wrong token as for the right one.
    const matches = known.map((each) => isSame(each, sent));
    const own = tokens.filter((_, index) => matches[index] === true);
    // One token may have been given two roles, such as to send and to read.
    const token = own.find(({ role }) => needed === 'token' || allows(role, needed)) ?? own[0];
    if (token === undefined) throw noToken('wrong-token');
    const { name, role } = token;
    return {
      role,
      ...(name === undefined ? {} : { name }),
      tokenId: Array.from(sent.subarray(0, 8), (byte) => byte.toString(16)).join('-'),
    };
  }

  return async (context, needed) => {
    if (needed === 'anyone' || needed === 'signature') return { role: 'anyone' };
    if (isOpen(tokens, needed)) {
      refuseForeign(context);
      return { role: 'local' };
    }
    const given = /^Bearer +([!-~]+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
    const session = given === undefined && needed !== 'webhook' ? await sessions.find(context) : undefined;
    const token = given ?? session?.token;
    if (token === undefined) throw noToken('no-token');
    const caller = await find(token, needed);
    if (needed === 'token' || allows(caller.role, needed)) return caller;
    throw new HttpProblem(
      403,
      'wrong-role',
      `this needs a token of the role ${needed}; the one that was sent is of the role ${caller.role}`,
    );
  };
}

/** Whether nobody needs a token for it. */
export function isOpen(tokens: readonly AccessToken[], needed: Role | 'token'): boolean {
  if (needed === 'token') return tokens.length === 0;
  if (needed === 'webhook') return !tokens.some(({ role }) => allows(role, 'webhook'));
  return tokens.every(({ role }) => role === 'webhook');
}

function noToken(code: 'no-token' | 'wrong-token'): HttpProblem {
  const message = 'send the header `Authorization: Bearer TOKEN` with a token of this server';
  return new HttpProblem(401, code, message, {
    headers: { 'www-authenticate': 'Bearer realm="midwatch"' },
  });
}

/** A page in somebody's browser may send to this machine, too; it cannot hide where it comes from. */
export function refuseForeign(context: Context): void {
  if (isLoopback(context) && isSameOrigin(context)) return;
  throw new HttpProblem(
    403,
    'foreign-origin',
    'without a token this server answers only requests that were made for it on this machine; configure a token',
  );
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length;
  for (const [index, byte] of one.entries()) difference |= byte ^ (other[index] ?? 0);
  return difference === 0;
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}
