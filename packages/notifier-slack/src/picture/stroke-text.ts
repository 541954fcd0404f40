import type { Canvas, Position } from './canvas.js';
import type { Color } from './encode-png.js';

/**
 * What numbers, units and names of services are written with: for each character its strokes, each a row of places `xy` in a grid
 * whose lines 0, 2, 6 and 8 are the heights of capitals, of small letters, the baseline and the depth of a `g`.
 */
const glyphs: Readonly<Record<string, string>> = {
  '0': '103041453616050110',
  '1': '011016 0626',
  '2': '01103041420646',
  '3': '0110304142334445361605 1333',
  '4': '36300444',
  '5': '400003334445361605',
  '6': '4130100105163645443303',
  '7': '004016',
  '8': '13020110304142331304051636454433',
  '9': '0516364541301001021343',
  A: '062046 1434',
  B: '0006 003041423303 3344453606',
  C: '4130100105163645',
  D: '0006 003041453606',
  E: '40000646 0333',
  F: '400006 0333',
  G: '41301001051636454323',
  H: '0006 4046 0343',
  I: '0006',
  J: '4045361605',
  K: '0006 400346',
  L: '000646',
  M: '0600336066',
  N: '06004640',
  O: '104051554616050110',
  P: '06003041423303',
  Q: '104051554616050110 3456',
  R: '06003041423303 2346',
  S: '413010010213334445361605',
  T: '0040 2026',
  U: '000516364540',
  V: '002640',
  W: '0016325660',
  X: '0046 4006',
  Y: '002340 2326',
  Z: '00400646',
  a: '4332120305163645 4246',
  b: '0006 0312324345361605',
  c: '4332120305163645',
  d: '4046 4332120305163645',
  e: '044443321203051636',
  f: '30201116 0232',
  g: '4332120305163645 42473818',
  h: '0006 0312324346',
  i: '0206 00',
  j: '121708 10',
  k: '0006 320436',
  l: '000516',
  m: '0602 0312223336 3342526366',
  n: '0602 0312324346',
  o: '123243453616050312',
  p: '0208 0312324345361605',
  q: '4248 4332120305163645',
  r: '0602 031232',
  s: '4212031434453606',
  t: '10152636 0232',
  u: '0205163645 4246',
  v: '022642',
  w: '0216335662',
  x: '0246 4206',
  y: '0226 4218',
  z: '02420646',
  '.': '06',
  ',': '1607',
  ':': '02 06',
  '-': '0333',
  '+': '0343 2125',
  '/': '0640',
  '%': '0640 0010110100 3545463635',
  _: '0747',
  '(': '10010516',
  ')': '00111506',
};
/** A question mark, for a character that is not there, such as one of another script. */
const UNKNOWN = '01103041422324 26';
const SPACE = 1;
/** Between two characters. */
const GAP = 2;
/** More are never seen. */
const MAX_CHARACTERS = 400;

export interface TextStyle {
  readonly color: Color;
  /** Pixels of one line of the grid: a capital is six of them high. */
  readonly unit: number;
}

/** How wide the text will be, in pixels. */
export function widthOf(text: string, { unit }: TextStyle): number {
  const units = Array.from(text).reduce((sum, character) => sum + advanceOf(character), 0);
  return Math.max(0, units - GAP) * unit;
}

/** Writes with the top of its capitals at `y`. */
export function drawText(canvas: Canvas, text: string, [x, y]: Position, { color, unit }: TextStyle): void {
  let left = x;
  for (const character of text) {
    for (const stroke of strokesOf(character)) {
      const positions = stroke.map(([column, row]): Position => [left + column * unit, y + row * unit]);
      canvas.drawLine(positions, unit * 0.85, color);
    }
    left += advanceOf(character) * unit;
  }
}

/** The text itself when it is not wider, else as much of its beginning as is, with two dots. */
export function fitText(text: string, maxWidth: number, style: TextStyle): string {
  const characters = Array.from(text.slice(0, MAX_CHARACTERS));
  if (text.length <= MAX_CHARACTERS && widthOf(text, style) <= maxWidth) return text;
  const ending = widthOf('..', style) + GAP * style.unit;
  let width = 0;
  const kept = characters.findIndex((character) => {
    width += advanceOf(character) * style.unit;
    return width + ending > maxWidth;
  });
  return `${characters.slice(0, Math.max(kept, 0)).join('').trimEnd()}..`;
}

function advanceOf(character: string): number {
  if (character === ' ') return SPACE + GAP;
  const columns = strokesOf(character).flatMap((stroke) => stroke.map(([column]) => column));
  return Math.max(...columns) + GAP;
}

function strokesOf(character: string): readonly (readonly Position[])[] {
  if (character === ' ') return [];
  const glyph = Object.hasOwn(glyphs, character) ? glyphs[character] : undefined;
  return (glyph ?? UNKNOWN)
    .split(' ')
    .map((stroke) =>
      Array.from(
        { length: stroke.length / 2 },
        (_, index): Position => [Number(stroke[index * 2]), Number(stroke[index * 2 + 1])],
      ),
    );
}
