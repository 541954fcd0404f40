import { ConnectorError } from '../connector/connector-error.js';
import type { RequestScope, RequestSignal } from './request-signal.js';

/**
 * Reads a body as UTF-8 text and stops at the cap while it streams, so that no answer can fill the memory: fetch has
 * unpacked it by then, so the cap holds for a compressed body, too. A body that drips ends with the signal, because an
 * abort of the request does not reach a body already streaming in every runtime.
 */
export async function readBodyText(
  response: Response,
  maxBytes: number,
  { race, signal }: RequestSignal,
  { connectorId, path, call }: RequestScope,
): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await race(reader.read());
      signal.throwIfAborted();
      // A stream that always has an empty chunk ready would keep the deadline's timer from ever firing.
      if (Date.now() >= call.deadlineAtMs) throw timeoutWhileReading(connectorId, path);
      if (done) break;
      bytes += value.byteLength;
      if (bytes > maxBytes) throw tooLarge(maxBytes, connectorId, path);
      parts.push(decoder.decode(value, { stream: true }));
    }
    parts.push(decoder.decode());
    return parts.join('');
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

function timeoutWhileReading(connectorId: string, path: string): ConnectorError {
  return new ConnectorError({ code: 'timeout', connectorId, message: `no answer in time from ${path}` });
}

function tooLarge(maxBytes: number, connectorId: string, path: string): ConnectorError {
  const mebibytes = (maxBytes / (1024 * 1024)).toFixed(1);
  return new ConnectorError({
    code: 'too-large',
    connectorId,
    message: `more than ${mebibytes} MiB from ${path}`,
  });
}
