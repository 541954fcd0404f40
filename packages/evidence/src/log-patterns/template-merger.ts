import { mixA, mixB, type Signature, toKey, WILD } from './signature.js';
import { createTemplateTree, wildCount } from './template-tree.js';
import { closingOf, isOpening, isQuote } from './text-spans.js';
import { MARK, VALUE, WORD } from './token-list.js';
import { EVENT, flagsOf, INTRODUCER } from './vocabulary.js';

/** How many different words a position must have shown to be a value, by how likely a name is there. */
export interface MergeThresholds {
  /** After `user`, `for`, `=`, or alone in brackets or quotes. */
  readonly named: number;
  readonly plain: number;
  /** The first word of a line mostly says who speaks. */
  readonly first: number;
}

export const mergeThresholds: MergeThresholds = { named: 3, plain: 6, first: 24 };

/** When memory is short, two words are enough. */
export const looseThresholds: MergeThresholds = { named: 2, plain: 2, first: 2 };

const MAX_ROUNDS = 4;
const COLON = 58;
const EQUALS = 61;

/**
 * Merges signatures that are alike but for words that vary. Depends on the set of signatures only, not on their order:
 * returns for each signature the smallest index of its cluster, and the generalised tokens of the clusters.
 */
export function mergeSignatures(
  signatures: readonly (Signature | undefined)[],
  thresholds: MergeThresholds,
): { readonly cluster: Int32Array; readonly merged: ReadonlyMap<number, Signature> } {
  const cluster = Int32Array.from(signatures.keys());
  const merged = new Map<number, Signature>();
  let live = [...signatures.keys()];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (!mergeRound(signatures, merged, live, cluster, thresholds)) break;
    absorb(signatures, merged, live, cluster);
    live = live.filter((index) => cluster[index] === index);
  }
  for (let index = 0; index < cluster.length; index++) cluster[index] = find(cluster, index);
  return { cluster, merged };
}

/** Takes in the signatures that fill a template whose several varying words they share with no other line. */
function absorb(
  signatures: readonly (Signature | undefined)[],
  merged: Map<number, Signature>,
  live: readonly number[],
  cluster: Int32Array,
): void {
  const tree = createTemplateTree();
  let hasTemplates = false;
  for (const index of live) {
    const signature = merged.get(index);
    if (cluster[index] !== index || signature === undefined || wildCount(signature) < 2) continue;
    tree.insert(index, signature);
    hasTemplates = true;
  }
  if (!hasTemplates) return;
  for (const index of live) {
    const signature = signatures[index];
    if (cluster[index] !== index || signature === undefined || merged.has(index)) continue;
    const template = tree.match(signature.kinds, signature.hashes);
    if (template >= 0) cluster[index] = template;
  }
}

function find(cluster: Int32Array, index: number): number {
  let root = index;
  while (cluster[root] !== root) root = cluster[root] ?? root;
  let at = index;
  while (cluster[at] !== root) {
    const next = cluster[at] ?? root;
    cluster[at] = root;
    at = next;
  }
  return root;
}

interface Slot {
  readonly members: number[];
  readonly words: Set<number>;
  readonly position: number;
  threshold: number;
  hasValue: boolean;
  eventWords: number;
  /** Words that look like identifiers of a program: `OrderQueue`, `eu-west`, `pool_max`. */
  identifiers: number;
}

function mergeRound(
  signatures: readonly (Signature | undefined)[],
  merged: Map<number, Signature>,
  live: readonly number[],
  cluster: Int32Array,
  thresholds: MergeThresholds,
): boolean {
  const slots = new Map<number, Slot>();
  for (const index of live) collectSlots(slots, merged.get(index) ?? signatures[index], index, thresholds);
  const wild = new Map<number, Set<number>>();
  let changed = false;
  for (const slot of slots.values()) {
    if (slot.members.length < 2 || !varies(slot, thresholds)) continue;
    changed = true;
    const first = slot.members[0] ?? 0;
    for (const member of slot.members) unite(cluster, first, member);
    for (const member of slot.members) {
      const positions = wild.get(member);
      if (positions === undefined) wild.set(member, new Set([slot.position]));
      else positions.add(slot.position);
    }
  }
  if (!changed) return false;
  const byRoot = new Map<number, Set<number>>();
  for (const [member, positions] of wild) {
    const root = find(cluster, member);
    const all = byRoot.get(root) ?? new Set<number>();
    for (const position of positions) all.add(position);
    byRoot.set(root, all);
  }
  for (const [root, positions] of byRoot) {
    const base = merged.get(root) ?? signatures[root];
    if (base === undefined) continue;
    const kinds = base.kinds.slice();
    for (const position of positions) kinds[position] = WILD;
    merged.set(root, { ...base, kinds });
  }
  for (const index of live) {
    const root = find(cluster, index);
    cluster[index] = root;
    if (root !== index) merged.delete(index);
  }
  return true;
}

function unite(cluster: Int32Array, left: number, right: number): void {
  const a = find(cluster, left);
  const b = find(cluster, right);
  if (a < b) cluster[b] = a;
  else cluster[a] = b;
}

function varies(slot: Slot, thresholds: MergeThresholds): boolean {
  const names = slot.words.size - slot.eventWords;
  if (slot.hasValue && slot.eventWords === 0 && (names > 1 || slot.threshold <= 3)) return names > 0;
  if (slot.eventWords * 2 > slot.words.size) return false;
  const threshold = slot.position > 0 && slot.identifiers === names ? thresholds.named : slot.threshold;
  return slot.words.size >= threshold;
}

/** Capitals after the first letter, or parts held together by `_`, `-` or `.`. */
function isIdentifier(word: string): boolean {
  for (let index = 1; index < word.length; index++) {
    const code = word.charCodeAt(index);
    if ((code >= 65 && code <= 90) || code === 95 || code === 45 || code === 46) return true;
  }
  return false;
}

function collectSlots(
  slots: Map<number, Slot>,
  signature: Signature | undefined,
  index: number,
  thresholds: MergeThresholds,
): void {
  if (signature === undefined) return;
  const { kinds, hashes } = signature;
  const count = kinds.length;
  let a = count;
  let b = count;
  for (let position = 0; position < count; position++) {
    a = (a + mixA(kinds[position] ?? 0, hashes[position] ?? 0, position)) | 0;
    b = (b + mixB(kinds[position] ?? 0, hashes[position] ?? 0, position)) | 0;
  }
  for (let position = 0; position < count; position++) {
    const kind = kinds[position] ?? 0;
    if (kind === MARK) continue;
    const hash = hashes[position] ?? 0;
    const key = toKey(
      (a - mixA(kind, hash, position) + mixA(WILD, position, position) + 0x51ed + position) | 0,
      (b - mixB(kind, hash, position) + mixB(WILD, position, position) + 0x7a35) | 0,
    );
    let slot = slots.get(key);
    if (slot === undefined) {
      slot = {
        members: [],
        words: new Set(),
        position,
        threshold: thresholds.plain,
        hasValue: false,
        eventWords: 0,
        identifiers: 0,
      };
      slot.threshold = thresholdAt(signature, position, thresholds);
      slots.set(key, slot);
    }
    slot.members.push(index);
    if (kind >= VALUE) slot.hasValue = true;
    else if (!slot.words.has(hash)) {
      slot.words.add(hash);
      const word = signature.example.slice(signature.starts[position], signature.ends[position]);
      if (isEventWord(word, hash)) slot.eventWords++;
      else if (isIdentifier(word)) slot.identifiers++;
    }
  }
}

/** Words that say what happened part statements: participles, states, constants in capitals. */
function isEventWord(word: string, hash: number): boolean {
  if (flagsOf(hash) & EVENT) return true;
  if (word.length > 2 && word === word.toUpperCase() && word !== word.toLowerCase()) return true;
  return word.length > 4 && (word.endsWith('ed') || word.endsWith('ing'));
}

function thresholdAt(signature: Signature, position: number, thresholds: MergeThresholds): number {
  const { kinds, hashes, starts, ends } = signature;
  if (position === 0) return thresholds.first;
  const before = position - 1;
  if (kinds[before] === WORD)
    return flagsOf(hashes[before] ?? 0) & INTRODUCER ? thresholds.named : thresholds.plain;
  if (kinds[before] !== MARK) return thresholds.plain;
  const mark = hashes[before] ?? 0;
  if (mark === EQUALS) return thresholds.named;
  const after = position + 1;
  const next = kinds[after] === MARK ? (hashes[after] ?? 0) : 0;
  if (isOpening(mark)) return next === closingOf(mark) ? thresholds.named : thresholds.plain;
  if (isQuote(mark)) return next === mark ? thresholds.named : thresholds.plain;
  if (mark !== COLON) return thresholds.plain;
  const touches = starts[position] === ends[before];
  return touches || after === kinds.length || next !== 0 ? thresholds.named : thresholds.plain;
}
