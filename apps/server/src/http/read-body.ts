import { HttpProblem } from './http-problem.js';

/** A webhook body of a thousand alerts has about 1 MB. */
const MAX_BODY_BYTES = 1024 * 1024;
const READ_DEADLINE_MS = 10_000;

/** The body as text, while it is not too large and comes in time. */
export async function readText(request: Request): Promise<string> {
  return new TextDecoder().decode(await readBytes(request));
}

/** The body as it came, for what is signed. */
export async function readBytes(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  const declaredBytes = Number(request.headers.get('content-length') ?? Number.NaN);
  if (declaredBytes > MAX_BODY_BYTES) throw tooLarge();
  // HTTP lets no more through than was declared. Read at once: as a stream, the body alone would cost as much as the rest.
  if (declaredBytes >= 0) return readWhole(request);
  return request.body === null ? new Uint8Array() : readParts(request.body);
}

async function readWhole(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow()), READ_DEADLINE_MS);
  });
  try {
    const bytes = new Uint8Array(await Promise.race([request.arrayBuffer(), late]));
    if (bytes.byteLength > MAX_BODY_BYTES) throw tooLarge();
    return bytes;
  } finally {
    clearTimeout(timer);
  }
}

async function readParts(body: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
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
    if (late.aborted) throw tooSlow();
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

function tooSlow(): HttpProblem {
  return new HttpProblem(408, 'slow-body', 'the body did not come within 10 s');
}
