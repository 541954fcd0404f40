export type Color = readonly [red: number, green: number, blue: number];

/** One byte a pixel, row by row from the top: which of at most 256 colours it has. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly palette: readonly Color[];
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

const INDEXED_COLOR = 3;

/** A PNG of 8 bits a pixel, by what every runtime brings. https://www.w3.org/TR/png-3/ */
export async function encodePng(raster: Raster): Promise<Uint8Array<ArrayBuffer>> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, raster.width);
  view.setUint32(4, raster.height);
  // What follows says deflate, the five filters and no interlacing: zero for each.
  header.set([8, INDEXED_COLOR], 8);
  const parts = [
    Uint8Array.from(SIGNATURE),
    toChunk('IHDR', header),
    toChunk('PLTE', Uint8Array.from(raster.palette.flat())),
    toChunk('IDAT', await deflate(toRows(raster))),
    toChunk('IEND', new Uint8Array()),
  ];
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Each row begins with its filter, which is none: differences of indexes mean nothing. */
function toRows({ height, pixels, width }: Raster): Uint8Array<ArrayBuffer> {
  const rows = new Uint8Array((width + 1) * height);
  for (let row = 0; row < height; row += 1) {
    rows.set(pixels.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
  }
  return rows;
}

/** PNG wants zlib's format, which is what the platform calls `deflate`. */
async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function toChunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(data.length + 12);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  chunk.set(new TextEncoder().encode(type), 4);
  chunk.set(data, 8);
  view.setUint32(data.length + 8, checksum(chunk.subarray(4, data.length + 8)));
  return chunk;
}

/** CRC-32, bit by bit: a table would pay off for pictures of megabytes. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return (crc ^ 0xffffffff) >>> 0;
}
