/** A stream of numbers that depends on nothing but the parts it was created from. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  between(low: number, high: number): number;
  /** Uniform whole number, both ends included. */
  integer(low: number, high: number): number;
  chance(share: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Standard normal. */
  normal(): number;
  /** Lower-case hexadecimal digits, never all zero. */
  hex(digits: number): string;
}

/** FNV-1a over UTF-16 units, 32 bits. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return scramble(hash);
}

function scramble(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** A number in [0, 1) for a place in time, without a stream: any tick can be asked alone. */
export function noiseAt(key: number, index: number): number {
  return scramble(key ^ Math.imul(index + 0x9e3779b9, 0x27d4eb2f)) / 0x1_0000_0000;
}

/** Noise in [-1, 1] that changes smoothly and has a new target every `period` steps. */
export function smoothNoise(key: number, position: number, period: number): number {
  const cell = Math.floor(position / period);
  const inside = position / period - cell;
  const blend = inside * inside * (3 - 2 * inside);
  return (noiseAt(key, cell) * (1 - blend) + noiseAt(key, cell + 1) * blend) * 2 - 1;
}

/** Small fast counter-based generator (sfc32), seeded by the text of its parts. */
export function createRandom(...parts: readonly (string | number)[]): Random {
  const text = parts.join('\u0000');
  let a = hashText(text);
  let b = hashText(`${text}b`);
  let c = hashText(`${text}c`);
  let counter = 1;

  function next(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 0x1_0000_0000;
  }
  for (let round = 0; round < 12; round += 1) next();

  function integer(low: number, high: number): number {
    return low + Math.floor(next() * (high - low + 1));
  }
  function pick<T>(list: readonly T[]): T {
    const chosen = list[integer(0, list.length - 1)];
    if (chosen === undefined) throw new TypeError('pick needs a list with something in it');
    return chosen;
  }
  function hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += integer(0, 15).toString(16);
    return /^0+$/.test(text) ? `${text.slice(1)}1` : text;
  }
  return {
    next,
    between: (low, high) => low + next() * (high - low),
    integer,
    chance: (share) => next() < share,
    pick,
    // Box and Muller; 1 - next() keeps the logarithm's argument above zero.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    hex,
  };
}
