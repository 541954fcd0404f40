import { ConnectorError } from '../connector/connector-error.js';

export interface ReadBodyOptions {
  readonly maxBytes: number;
  /** Ends a body that drips: an abort of the request does not reach a body already streaming in every runtime. */
  readonly signal: AbortSignal;
  readonly connectorId: string;
  readonly path: string;
}

/** Reads a body as UTF-8 text and stops at the cap while it streams, so that no answer can fill the memory. */
export async function readBodyText(response: Response, options: ReadBodyOptions): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const onAbort = () => void reader.cancel().catch(() => undefined);
  options.signal.addEventListener('abort', onAbort, { once: true });
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      options.signal.throwIfAborted();
      if (done) break;
      bytes += value.byteLength;
      if (bytes > options.maxBytes) throw tooLarge(options);
      parts.push(decoder.decode(value, { stream: true }));
    }
    parts.push(decoder.decode());
    return parts.join('');
  } finally {
    options.signal.removeEventListener('abort', onAbort);
    onAbort();
  }
}

function tooLarge(options: ReadBodyOptions): ConnectorError {
  const mebibytes = (options.maxBytes / (1024 * 1024)).toFixed(1);
  return new ConnectorError({
    code: 'too-large',
    connectorId: options.connectorId,
    message: `more than ${mebibytes} MiB from ${options.path}`,
  });
}
