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
  const known = tokens.map(({ token }) => new TextEncoder().encode(token));
  const tokenIds = new Map<AccessToken, Promise<string>>();

  async function find(given: string, needed: Role | 'token'): Promise<Caller & { role: Role }> {
    const sent = new TextEncoder().encode(given);
    // All of them, to the end: it takes as long for a wrong token as for the right one.
    const matches = known.map((each) => isSame(each, sent));
    const own = tokens.filter((_, index) => matches[index] === true);
    // One token may have been given two roles, such as to send and to read.
    const token = own.find(({ role }) => needed === 'token' || allows(role, needed)) ?? own[0];
    if (token === undefined) throw noToken('wrong-token');
    const { name, role } = token;
    // Asked for once for each token, not for each request.
    const tokenId = tokenIds.get(token) ?? toTokenId(token);
    tokenIds.set(token, tokenId);
    return { role, ...(name === undefined ? {} : { name }), tokenId: await tokenId };
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

/** Each byte of the known one is looked at, wherever the first difference is: how long it takes says nothing of the token. */
function isSame(known: Uint8Array, sent: Uint8Array): boolean {
  let difference = known.length ^ sent.length;
  for (let index = 0; index < known.length; index += 1)
    difference |= (known[index] ?? 0) ^ (sent[index] ?? 0);
  return difference === 0;
}

async function toTokenId({ token }: AccessToken): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token));
  return Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16)).join('-');
}
