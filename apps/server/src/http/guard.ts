import type { Context, MiddlewareHandler } from 'hono';
import { HttpProblem } from './http-problem.js';

/** Who may do what. A token that is absent leaves its routes to whoever reaches the server: only on loopback. */
export interface AccessTokens {
  /** For those who write: webhooks whose sender signs nothing, and `POST /changes`. */
  readonly webhook?: string | undefined;
  /** For those who read: `GET /incidents...`. */
  readonly read?: string | undefined;
}

/** Names of this machine for itself: without a token, no other page or name may stand in front of it. */
const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

/** Lets a request through that brings the token; without one configured, only what was meant for this very machine. */
export function guard(token: string | undefined): MiddlewareHandler {
  return async (context, next) => {
    if (token === undefined) refuseForeign(context);
    else await requireToken(context, token);
    await next();
  };
}

async function requireToken(context: Context, token: string): Promise<void> {
  const given = /^Bearer +([!-~]+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
  if (given !== undefined && (await isSame(given, token))) return;
  throw new HttpProblem(
    401,
    given === undefined ? 'no-token' : 'wrong-token',
    'send the header `Authorization: Bearer TOKEN` with the token of this server',
    { headers: { 'www-authenticate': 'Bearer realm="midwatch"' } },
  );
}

/** A page in somebody's browser may send to this machine, too; it cannot hide where it comes from. */
function refuseForeign(context: Context): void {
  const host = context.req.header('host') ?? new URL(context.req.url).host;
  const origin = context.req.header('origin');
  const isOwn = origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
  if (loopbackHost.test(host) && isOwn) return;
  throw new HttpProblem(
    403,
    'foreign-origin',
    'without a token this server answers only requests that were made for it on this machine; configure a token',
  );
}

/** Takes as long for a wrong token as for the right one, whatever they have in common. */
async function isSame(one: string, other: string): Promise<boolean> {
  const [left, right] = await Promise.all([one, other].map(digest));
  let difference = 0;
  for (const [index, byte] of (left ?? new Uint8Array()).entries())
    difference |= byte ^ (right?.[index] ?? 0);
  return difference === 0;
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}
