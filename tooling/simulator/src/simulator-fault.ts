/** What a source can be made to do instead of answering as it should. */
export type SimulatorFault =
  /** Answers as it should, later. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** Never answers; ends only when the caller gives up. */
  | { readonly kind: 'hang' }
  /** Sends headers at once, then the body so slowly that it does not end. */
  | { readonly kind: 'drip'; readonly bytesEach: number; readonly intervalMs: number }
  /** Answers with a status and a text. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

type Handler = (request: Request) => Promise<Response>;

/** Puts a fault in front of a handler. All waits end at once when the request is aborted. */
export function withFault(handler: Handler, fault: SimulatorFault | undefined): Handler {
  if (fault === undefined) return handler;
  return async (request) => {
    switch (fault.kind) {
      case 'delay':
        await wait(fault.delayMs, request.signal);
        return handler(request);
      case 'hang':
        await wait(undefined, request.signal);
        throw request.signal.reason;
      case 'drip':
        return drip(await handler(request), fault.bytesEach, fault.intervalMs, request.signal);
      default:
        return new Response(fault.body ?? '', {
          status: fault.status,
          headers: { 'content-type': 'text/plain; charset=utf-8', ...fault.headers },
        });
    }
  };
}

/** Resolves after the time, or never; rejects on abort. */
function wait(delayMs: number | undefined, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = delayMs === undefined ? undefined : setTimeout(() => settle(resolve), delayMs);
    const abort = (): void => settle(() => reject(signal.reason as Error));
    function settle(done: () => void): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      done();
    }
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

async function drip(
  response: Response,
  bytesEach: number,
  intervalMs: number,
  signal: AbortSignal,
): Promise<Response> {
  const body = new Uint8Array(await response.arrayBuffer());
  let sent = 0;
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await wait(intervalMs, signal);
      if (sent >= body.length) {
        controller.close();
        return;
      }
      controller.enqueue(body.slice(sent, sent + bytesEach));
      sent += bytesEach;
    },
  });
  return new Response(stream, { status: response.status, headers: response.headers });
}
