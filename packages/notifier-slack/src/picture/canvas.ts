import type { Color, Raster } from './encode-png.js';

export type Position = readonly [x: number, y: number];

/** As many colours as an index of one byte tells apart. */
const MAX_COLORS = 256;
/** Of a soft edge: more are not seen, and would fill the palette. */
const SHADES = 8;

/** Where shapes are drawn over each other, with soft edges. Coordinates are pixels from the top left; what lies outside is cut. */
export interface Canvas extends Raster {
  fillBox(from: Position, to: Position, color: Color): void;
  /** A line with round ends through all positions; a single one is a dot. */
  drawLine(positions: readonly Position[], width: number, color: Color): void;
}

export function createCanvas(width: number, height: number, background: Color): Canvas {
  const pixels = new Uint8Array(width * height);
  const palette: Color[] = [];
  const indexes = new Map<string, number>();

  /** Undefined for a new colour when there is no room for one. */
  function indexOf(color: Color): number | undefined {
    const key = color.join();
    const known = indexes.get(key);
    if (known !== undefined || palette.length === MAX_COLORS) return known;
    indexes.set(key, palette.length);
    return palette.push(color) - 1;
  }

  function blend(at: number, color: Color, coverage: number): void {
    const below = palette[pixels[at] ?? 0] ?? background;
    const mix = (channel: 0 | 1 | 2) =>
      Math.round(below[channel] + (color[channel] - below[channel]) * coverage);
    const mixed = indexOf([mix(0), mix(1), mix(2)]) ?? (coverage < 0.5 ? undefined : indexOf(color));
    if (mixed !== undefined) pixels[at] = mixed;
  }

  function fillBox([left, top]: Position, [right, bottom]: Position, color: Color): void {
    const index = indexOf(color);
    if (index === undefined) return;
    for (let y = clamp(top, height); y < clamp(bottom, height); y += 1) {
      pixels.fill(index, y * width + clamp(left, width), y * width + clamp(right, width));
    }
  }

  function drawLine(positions: readonly Position[], thickness: number, color: Color): void {
    const reach = thickness / 2 + 0.5;
    const [columns, rows] = [positions.map(([x]) => x), positions.map(([, y]) => y)];
    const box = {
      left: clamp(Math.min(...columns) - reach, width),
      top: clamp(Math.min(...rows) - reach, height),
    };
    const right = clamp(Math.max(...columns) + reach + 1, width);
    const bottom = clamp(Math.max(...rows) + reach + 1, height);
    const across = right - box.left;
    // Of all its segments a pixel takes the nearest one: drawn one by one, they would show where they meet.
    const coverages = new Uint8Array(Math.max(across * (bottom - box.top), 0));
    for (const [index, from] of positions.entries()) {
      const to = positions[index + 1] ?? from;
      const firstX = clamp(Math.min(from[0], to[0]) - reach, width);
      const endX = clamp(Math.max(from[0], to[0]) + reach + 1, width);
      const endY = clamp(Math.max(from[1], to[1]) + reach + 1, height);
      for (let y = clamp(Math.min(from[1], to[1]) - reach, height); y < endY; y += 1) {
        for (let x = firstX; x < endX; x += 1) {
          const share = Math.min(reach - distanceTo(x + 0.5, y + 0.5, from, to), 1);
          const coverage = Math.round(share * SHADES);
          const at = (y - box.top) * across + x - box.left;
          if (coverage > (coverages[at] ?? 0)) coverages[at] = coverage;
        }
      }
    }
    for (const [at, coverage] of coverages.entries()) {
      if (coverage > 0) {
        const [x, y] = [box.left + (at % across), box.top + Math.floor(at / across)];
        blend(y * width + x, color, coverage / SHADES);
      }
    }
  }

  fillBox([0, 0], [width, height], background);
  return { width, height, pixels, palette, fillBox, drawLine };
}

function clamp(value: number, end: number): number {
  return Math.min(Math.max(Math.floor(value), 0), end);
}

/** From a position to the nearest one of a segment. */
function distanceTo(x: number, y: number, [fromX, fromY]: Position, [toX, toY]: Position): number {
  const [alongX, alongY] = [toX - fromX, toY - fromY];
  const squared = alongX * alongX + alongY * alongY;
  const share = squared === 0 ? 0 : ((x - fromX) * alongX + (y - fromY) * alongY) / squared;
  const nearest = Math.min(Math.max(share, 0), 1);
  const [awayX, awayY] = [x - fromX - alongX * nearest, y - fromY - alongY * nearest];
  return Math.sqrt(awayX * awayX + awayY * awayY);
}
