import type { Context } from 'hono';

/** Names of this machine for itself. */
const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

/** What only a script of one of our own pages sends: another site's would have to ask first, and nobody would answer. */
export const PAGE_HEADER = 'x-midwatch-page';

function hostOf(context: Context): string {
  return context.req.header('host') ?? new URL(context.req.url).host;
}

/** Whether this machine was asked by its own name. */
export function isLoopback(context: Context): boolean {
  return loopbackHost.test(hostOf(context));
}

/** False when a page of another origin sent it; programs name no origin. */
export function isSameOrigin(context: Context): boolean {
  const origin = context.req.header('origin');
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === hostOf(context));
}

/**
 * Whether one of our own pages sent it: it has their header, and the browser says that it is of the same origin. Browsers from
 * before 2023 do not say so of what only reads; a page of another origin could not have sent the header all the same.
 */
export function isOwnPage(context: Context): boolean {
  const { method } = context.req;
  if (context.req.header(PAGE_HEADER) === undefined) return false;
  const site = context.req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  if (context.req.header('origin') === undefined) return method === 'GET' || method === 'HEAD';
  return isSameOrigin(context);
}
