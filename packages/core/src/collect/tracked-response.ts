/** How the reading of a body ended. */
export type BodyEnd = 'read' | 'cancelled' | 'failed';

export interface BodyTracker {
  /** Called for each chunk before it is handed on; what it throws ends the body. */
  onBytes(count: number): void;
  onEnd(how: BodyEnd): void;
  /** Aborted: the body ends with the signal's reason, also when nobody is reading. */
  readonly signal: AbortSignal;
}

/** The same response with a body that tells when it has been read; nothing is read ahead of its reader. */
export function trackBody(response: Response, tracker: BodyTracker): Response {
  const { body } = response;
  if (body === null) {
    tracker.onEnd('read');
    return response;
  }
  // These describe the body as it was on the wire; what comes out here is unpacked.
  const headers = new Headers(response.headers);
  headers.delete('content-encoding');
  headers.delete('content-length');
  const { status, statusText } = response;
  return new Response(trackStream(body, tracker), { status, statusText, headers });
}

function trackStream(
  body: ReadableStream<Uint8Array>,
  { onBytes, onEnd, signal }: BodyTracker,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const drop = () => void reader.cancel().catch(() => undefined);
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const onAbort = () => {
          controller.error(signal.reason);
          drop();
        };
        if (signal.aborted) onAbort();
        else signal.addEventListener('abort', onAbort, { once: true });
      },
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (signal.aborted) return;
          if (done) {
            controller.close();
            onEnd('read');
            return;
          }
          onBytes(value.byteLength);
          controller.enqueue(value);
        } catch (error) {
          drop();
          controller.error(error);
          onEnd('failed');
        }
      },
      cancel() {
        drop();
        onEnd('cancelled');
      },
    },
    { highWaterMark: 0 },
  );
}
