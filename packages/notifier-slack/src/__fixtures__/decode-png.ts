/** What a decoder of its own makes of a picture: chunks, checksums and sizes are checked, rows must have no filter. */
export interface DecodedPng {
  readonly width: number;
  readonly height: number;
  /** `r,g,b` of a pixel. */
  colorAt(x: number, y: number): string;
}

export async function decodePng(bytes: Uint8Array): Promise<DecodedPng> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ascii = (start: number, end: number) => String.fromCharCode(...bytes.subarray(start, end));
  if (ascii(1, 4) !== 'PNG') throw new Error('no PNG');
  const chunks = new Map<string, Uint8Array<ArrayBuffer>>();
  let at = 8;
  while (at < bytes.length) {
    const length = view.getUint32(at);
    const end = at + 8 + length;
    if (view.getUint32(end) !== crc32(bytes.subarray(at + 4, end))) throw new Error('wrong checksum');
    chunks.set(ascii(at + 4, at + 8), Uint8Array.from(bytes.subarray(at + 8, end)));
    at = end + 4;
  }
  if ([...chunks.keys()].join() !== 'IHDR,PLTE,IDAT,IEND') throw new Error(`chunks ${[...chunks.keys()].join()}`);
  const header = chunks.get('IHDR') ?? new Uint8Array();
  const [width, height] = [0, 4].map((offset) => new DataView(header.buffer).getUint32(offset));
  if (header.subarray(8).join() !== '8,3,0,0,0') throw new Error('other header');
  const channels = chunks.get('PLTE') ?? new Uint8Array();
  const palette = Array.from({ length: channels.length / 3 }, (_, index) =>
    channels.subarray(index * 3, index * 3 + 3).join(),
  );
  const inflated = new Blob([chunks.get('IDAT') ?? new Uint8Array()])
    .stream()
    .pipeThrough(new DecompressionStream('deflate'));
  const rows = new Uint8Array(await new Response(inflated).arrayBuffer());
  if (width === undefined || height === undefined || rows.length !== (width + 1) * height) {
    throw new Error('other size');
  }
  return {
    width,
    height,
    colorAt(x, y) {
      return palette[rows[y * (width + 1) + 1 + x] ?? -1] ?? 'none';
    },
  };
}

/** By the table of the standard's annex, unlike the encoder. */
function crc32(bytes: Uint8Array): number {
  const table = Array.from({ length: 256 }, (_, entry) => {
    let value = entry;
    for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
    return value >>> 0;
  });
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (table[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
