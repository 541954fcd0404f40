/** Opens a file anew each time it is called. */
export type OpenFile = () => ReadableStream<Uint8Array> | Promise<ReadableStream<Uint8Array>>;

/** A file's bytes, decompressed where they are gzip. */
export interface PlainBytes {
  readonly stream: ReadableStream<Uint8Array>;
  /** Whether it was the file that failed, and not the decompression of what it holds. */
  sourceFailed(): boolean;
}

/** Reads gzip by what the bytes say, not by the file's name. An abort of `stop` gives the file up, wherever it hangs. */
export async function toPlainBytes(
  source: ReadableStream<Uint8Array>,
  stop: AbortSignal,
): Promise<PlainBytes> {
  const reader = source.getReader();
  const giveUp = () => void reader.cancel().catch(() => undefined);
  if (stop.aborted) giveUp();
  else stop.addEventListener('abort', giveUp, { once: true });
  let failed = false;
  async function read(): Promise<Uint8Array | undefined> {
    try {
      const { done, value } = await reader.read();
      return done ? undefined : value;
    } catch (error) {
      failed = true;
      throw error;
    }
  }

  let first: Uint8Array | undefined = await read();
  // The two magic bytes may come in two pieces.
  while (first !== undefined && first.length < 2) {
    const next = await read();
    if (next === undefined) break;
    first = joined(first, next);
  }
  const isGzip = first !== undefined && first[0] === 0x1f && first[1] === 0x8b;
  const bytes = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const chunk = first ?? (await read());
      first = undefined;
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk as Uint8Array<ArrayBuffer>);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return {
    stream: isGzip ? bytes.pipeThrough(new DecompressionStream('gzip')) : bytes,
    sourceFailed: () => failed,
  };
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}
