import { mixA, mixB, type Signature, toKey, WILD } from './signature.js';
import { closingOf, isOpening, isQuote } from './text-spans.js';
import { MARK, VALUE, WORD } from './token-list.js';
import { EVENT, flagsOf, INTRODUCER, NAME_INTRODUCER } from './vocabulary.js';

/** How many different words a position must have shown to be a value, by how likely a name is there. */
export interface MergeThresholds {
  /** After `user`, `client` or `host`, where hardly anything but a name can stand. */
  readonly introduced: number;
  /** After `user`, `for`, `=`, or alone in brackets or quotes. */
  readonly named: number;
  readonly plain: number;
  /** The first word of a line mostly says who speaks. */
  readonly first: number;
}

export const mergeThresholds: MergeThresholds = { introduced: 2, named: 3, plain: 6, first: 24 };

/** When memory is short, two words are enough. */
export const looseThresholds: MergeThresholds = { introduced: 2, named: 2, plain: 2, first: 2 };

/** Names in one line that are tried two at a time: `user bob from alpha`. */
const MAX_NAMES = 6;
const COLON = 58;
const EQUALS = 61;

/** Signatures that are alike but for what stands at one or two positions. */
export interface Slot {
  readonly members: number[];
  readonly places: readonly Place[];
}

interface Place {
  readonly position: number;
  readonly words: Set<number>;
  readonly threshold: number;
  hasValue: boolean;
  eventWords: number;
  /** Words that look like identifiers of a program: `OrderQueue`, `eu-west`, `pool_max`. */
  identifiers: number;
}

/** Collects slots; a slot that only one signature has is kept as that signature's number, which is nearly all of them. */
export function createSlots(thresholds: MergeThresholds) {
  const slots = new Map<number, number | Slot>();
  const signatureOf = new Map<number, Signature>();
  const names: number[] = [];

  function put(key: number, index: number, signature: Signature, first: number, second: number): void {
    const known = slots.get(key);
    if (known === undefined) {
      slots.set(key, index);
      return;
    }
    let slot: Slot;
    if (typeof known === 'number') {
      const positions = second < 0 ? [first] : [first, second];
      slot = {
        members: [],
        places: positions.map((position) => createPlace(signature, position, thresholds)),
      };
      slots.set(key, slot);
      join(slot, known, signatureOf.get(known));
    } else slot = known;
    join(slot, index, signature);
  }

  function add(index: number, signature: Signature): void {
    const { kinds, hashes } = signature;
    signatureOf.set(index, signature);
    let a = kinds.length;
    let b = kinds.length;
    for (let position = 0; position < kinds.length; position++) {
      a = (a + mixA(kinds[position] ?? 0, hashes[position] ?? 0, position)) | 0;
      b = (b + mixB(kinds[position] ?? 0, hashes[position] ?? 0, position)) | 0;
    }
    names.length = 0;
    for (let position = 0; position < kinds.length; position++) {
      const kind = kinds[position] ?? 0;
      if (kind === MARK) continue;
      const hash = hashes[position] ?? 0;
      const wildA = (a - mixA(kind, hash, position) + mixA(WILD, 0, position)) | 0;
      const wildB = (b - mixB(kind, hash, position) + mixB(WILD, 0, position)) | 0;
      // A key tells which position is open, so that a value there does not look like an open one.
      put(toKey(wildA + position, wildB + 1), index, signature, position, -1);
      if (kind !== WORD || names.length === MAX_NAMES) continue;
      if (thresholdAt(signature, position, thresholds) > thresholds.named) continue;
      for (const other of names) {
        const otherHash = hashes[other] ?? 0;
        const bothA = wildA - mixA(WORD, otherHash, other) + mixA(WILD, 0, other);
        const bothB = wildB - mixB(WORD, otherHash, other) + mixB(WILD, 0, other);
        put(toKey((bothA + position * 256 + other) | 0, (bothB + 2) | 0), index, signature, other, position);
      }
      names.push(position);
    }
  }

  function* varying(): Generator<Slot> {
    for (const slot of slots.values()) {
      if (typeof slot === 'number') continue;
      const isAlone = slot.places.length === 1;
      if (slot.places.every((place) => varies(place, isAlone, thresholds))) yield slot;
    }
  }

  return { add, varying };
}

function createPlace(signature: Signature, position: number, thresholds: MergeThresholds): Place {
  const threshold = thresholdAt(signature, position, thresholds);
  return { position, words: new Set(), threshold, hasValue: false, eventWords: 0, identifiers: 0 };
}

function join(slot: Slot, index: number, signature: Signature | undefined): void {
  if (signature === undefined) return;
  const { kinds, hashes, starts, ends, example } = signature;
  slot.members.push(index);
  for (const place of slot.places) {
    const { position, words } = place;
    const hash = hashes[position] ?? 0;
    if ((kinds[position] ?? 0) >= VALUE) place.hasValue = true;
    else if (!words.has(hash)) {
      words.add(hash);
      const word = example.slice(starts[position], ends[position]);
      if (isEventWord(word, hash)) place.eventWords++;
      else if (isIdentifier(word)) place.identifiers++;
    }
  }
}

/** Whether the words at a place are names. Where a value stood as well, fewer are needed; events are no names. */
function varies(place: Place, isAlone: boolean, thresholds: MergeThresholds): boolean {
  const { words, eventWords, identifiers, position, threshold } = place;
  const names = words.size - eventWords;
  if (place.hasValue && isAlone && eventWords === 0 && (names > 1 || threshold <= thresholds.named))
    return names > 0;
  if (eventWords * 2 > words.size) return false;
  const wanted = position > 0 && identifiers === names ? Math.min(threshold, thresholds.named) : threshold;
  return words.size >= wanted;
}

/** Words that say what happened part statements: participles, states, constants in capitals. */
function isEventWord(word: string, hash: number): boolean {
  if (flagsOf(hash) & EVENT) return true;
  if (word.length > 2 && word === word.toUpperCase() && word !== word.toLowerCase()) return true;
  return word.length > 4 && (word.endsWith('ed') || word.endsWith('ing'));
}

/** Capitals after the first letter, or parts held together by `_`, `-` or `.`. */
function isIdentifier(word: string): boolean {
  for (let index = 1; index < word.length; index++) {
    const code = word.charCodeAt(index);
    if ((code >= 65 && code <= 90) || code === 95 || code === 45 || code === 46) return true;
  }
  return false;
}

function thresholdAt(signature: Signature, position: number, thresholds: MergeThresholds): number {
  const { kinds, hashes, starts, ends } = signature;
  if (position === 0) return thresholds.first;
  const before = position - 1;
  const mark = hashes[before] ?? 0;
  if (kinds[before] === WORD) {
    const flags = flagsOf(mark);
    if (flags & NAME_INTRODUCER) return thresholds.introduced;
    return flags & INTRODUCER ? thresholds.named : thresholds.plain;
  }
  if (kinds[before] !== MARK) return thresholds.plain;
  if (mark === EQUALS) return thresholds.named;
  const after = position + 1;
  const next = kinds[after] === MARK ? (hashes[after] ?? 0) : 0;
  if (isOpening(mark)) return next === closingOf(mark) ? thresholds.named : thresholds.plain;
  if (isQuote(mark)) return next === mark ? thresholds.named : thresholds.plain;
  if (mark !== COLON) return thresholds.plain;
  const touches = starts[position] === ends[before];
  return touches || after === kinds.length || next !== 0 ? thresholds.named : thresholds.plain;
}
