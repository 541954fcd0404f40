import { HttpProblem } from './http-problem.js';

/** A webhook body of a thousand alerts has about 1 MB. */
const MAX_BODY_BYTES = 1024 * 1024;
const READ_DEADLINE_MS = 10_000;

/** The body as text, while it is not too large and comes in time. */
export async function readText(request: Request): Promise<string> {
  return new TextDecoder().decode(await readBytes(request));
}

/** The body as it came, for what is signed. */
export async function readBytes({ body, headers }: Request): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  const late = AbortSignal.timeout(READ_DEADLINE_MS);
  const onLate = () => void reader.cancel().catch(() => undefined);
  late.addEventListener('abort', onLate, { once: true });
  try {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      bytes += chunk.value.byteLength;
      if (bytes > MAX_BODY_BYTES) throw tooLarge();
      chunks.push(chunk.value);
    }
    if (late.aborted) throw new HttpProblem(408, 'slow-body', 'the body did not come within 10 s');
    return joined(chunks, bytes);
  } finally {
    late.removeEventListener('abort', onLate);
    // What was not read is not waited for.
    void reader.cancel().catch(() => undefined);
  }
}

function joined(chunks: readonly Uint8Array[], bytes: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytes);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

function tooLarge(): HttpProblem {
  return new HttpProblem(
    413,
    'body-too-large',
    `the body has more than ${MAX_BODY_BYTES} bytes; send fewer alerts at a time (Alertmanager: max_alerts)`,
  );
}
