import { HttpProblem } from './http-problem.js';
import type { Route, RouteAnswer, RouteContext } from './route.js';

/** A file of the pages, as the build left it. */
export interface WebAsset {
  readonly type: string;
  readonly text: string;
}

/** By path: `index.html`, and under `assets/` what has a hash of its content in its name. */
export type WebAssets = Readonly<Record<string, WebAsset>>;

export interface WebRoutesOptions {
  /** @default no pages */
  readonly pages?: WebAssets | undefined;
  /** Packs what browsers take packed; where whoever stands in front does it, it is done twice. @default false */
  readonly packsPages?: boolean | undefined;
}

/** Scripts, styles and answers of this server only; no text can become a script, whatever telemetry says. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const pageHeaders = { 'content-security-policy': POLICY };
const assetHeaders = { 'cache-control': 'public, max-age=31536000, immutable' };

const html: RouteAnswer = { description: 'The page', mediaType: 'text/html' };

/** The pages: they hold nothing by themselves, and ask the other routes as whoever is signed in. */
export function webRoutes({ pages, packsPages = false }: WebRoutesOptions): readonly Route[] {
  if (pages === undefined) return [];
  const packed = new Map<string, Promise<ArrayBuffer>>();

  async function send(context: RouteContext, path: string): Promise<Response> {
    const asset = Object.hasOwn(pages ?? {}, path) ? pages?.[path] : undefined;
    if (asset === undefined) throw new HttpProblem(404, 'no-page', 'there is no such file');
    const headers = { 'content-type': asset.type, vary: 'accept-encoding' };
    const takesPacked = /\bgzip\b/.test(context.req.header('accept-encoding') ?? '');
    if (!packsPages || !takesPacked) return context.body(asset.text, 200, headers);
    const bytes = packed.get(path) ?? pack(asset.text);
    packed.set(path, bytes);
    return context.body(await bytes, 200, { ...headers, 'content-encoding': 'gzip' });
  }

  return [
    {
      method: 'GET',
      path: '/',
      operationId: 'get-page',
      summary: 'The page with the list of incidents',
      access: 'anyone',
      answers: { 200: html },
      headers: pageHeaders,
      handle: (context) => send(context, 'index.html'),
    },
    {
      method: 'GET',
      path: '/i/{id}',
      operationId: 'get-incident-page',
      summary: 'The page of one incident; the same file, which asks for it',
      access: 'anyone',
      parameters: [{ name: 'id', in: 'path', description: 'Its id', schema: { type: 'string' } }],
      answers: { 200: html },
      headers: pageHeaders,
      handle: (context) => send(context, 'index.html'),
    },
    {
      method: 'GET',
      path: '/a',
      operationId: 'get-accuracy-page',
      summary: 'The page of what the analyses were worth; the same file',
      access: 'anyone',
      answers: { 200: html },
      headers: pageHeaders,
      handle: (context) => send(context, 'index.html'),
    },
    {
      method: 'GET',
      path: '/assets/{name}',
      operationId: 'get-page-asset',
      summary: 'A script, style or picture of the pages',
      access: 'anyone',
      parameters: [{ name: 'name', in: 'path', description: 'Its name', schema: { type: 'string' } }],
      answers: {
        200: { description: 'It', mediaType: 'text/javascript' },
        404: { description: 'There is none of this name' },
      },
      headers: assetHeaders,
      handle: (context) => send(context, `assets/${context.req.param('name') ?? ''}`),
    },
  ];
}

function pack(text: string): Promise<ArrayBuffer> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Response(stream).arrayBuffer();
}
