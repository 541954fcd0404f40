/** One request as a stand-in got it. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** What a stand-in does to one write: answers no, is lost on the way there, or on the way back. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly isWritten?: boolean }
  | { readonly kind: 'reset'; readonly isWritten: boolean }
  | { readonly kind: 'hang'; readonly isWritten: boolean }
  | { readonly kind: 'html' };

export async function recordRequest(input: string | URL | Request, init?: RequestInit): Promise<RecordedRequest> {
  const request = new Request(input, init);
  const url = new URL(request.url);
  const body = await request.text();
  return {
    method: request.method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    contentType: request.headers.get('content-type') ?? undefined,
    authorization: request.headers.get('authorization') ?? undefined,
    body: body === '' ? undefined : JSON.parse(body),
  };
}

/** Whether the request is one of a list of (method, path). */
export function isListed(
  { method, path }: RecordedRequest,
  list: readonly { readonly method: string; readonly path: string }[],
): boolean {
  const segments = path.split('/');
  return list.some((entry) => {
    const wanted = entry.path.split('/');
    return (
      entry.method === method &&
      wanted.length === segments.length &&
      wanted.every((segment, index) => segment.startsWith('{') || segment === segments[index])
    );
  });
}

/** Answers a write with its fault; `undefined` when it has none and the stand-in answers itself. */
export function faultAnswer(
  fault: Fault | undefined,
  write: () => Response,
  signal: AbortSignal | null | undefined,
): Promise<Response> | Response | undefined {
  if (fault === undefined) return undefined;
  if (fault.kind === 'html') {
    write();
    return new Response('<html>sign in</html>', { headers: { 'content-type': 'text/html' } });
  }
  if (fault.isWritten === true) write();
  if (fault.kind === 'status') return Response.json({ message: 'no' }, { status: fault.status });
  if (fault.kind === 'reset') return Promise.reject(new TypeError('fetch failed'));
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
  });
}

/** All that a patch may write. */
export const allowedPaths: readonly string[] = [
  'metadata/annotations/midwatch/plan',
  'spec/replicas',
  'spec/template',
  'spec/template/metadata/annotations/kubectl.kubernetes.io/restartedAt',
];

/** What a patch writes; `uid` and `resourceVersion` are conditions. */
export function writtenPaths({ body }: RecordedRequest): string[] {
  if (Array.isArray(body)) {
    const steps = body as { op: string; path: string }[];
    return steps.filter(({ op }) => op !== 'test').map(({ path }) => path.slice(1).replace('~1', '/'));
  }
  const walk = (value: unknown, path: string): string[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, part]) => walk(part, path === '' ? key : `${path}/${key}`))
      : [path];
  return walk(body, '').filter((path) => path !== 'metadata/uid' && path !== 'metadata/resourceVersion');
}
