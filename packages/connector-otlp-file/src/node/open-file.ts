import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';

const CHUNK_BYTES = 512 * 1024;

/** Rejects when the file does not open. */
export function openFile(path: string): Promise<ReadableStream<Uint8Array>> {
  const stream = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  return new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.once('open', () => resolve(Readable.toWeb(stream) as ReadableStream<Uint8Array>));
  });
}
