import { type Signature, WILD } from './signature.js';
import { MARK, WORD } from './token-list.js';

/** Templates that are compared with one line at most; more under one branch share their first token and length. */
const MAX_CANDIDATES = 64;

/** Finds the template that a line's tokens fill: by the number of tokens, then the first token, then one by one. */
export interface TemplateTree {
  insert(id: number, signature: Signature): void;
  /** The id of the first template inserted that fits, or -1. */
  match(kinds: Uint8Array, hashes: Int32Array): number;
}

interface Leaf {
  readonly id: number;
  readonly signature: Signature;
}

export function createTemplateTree(): TemplateTree {
  const byLength = new Map<number, Map<number, Leaf[]>>();

  function branch(kind: number, hash: number): number {
    return kind === WORD || kind === MARK ? hash : 0;
  }

  function insert(id: number, signature: Signature): void {
    const { kinds, hashes } = signature;
    let byFirst = byLength.get(kinds.length);
    if (byFirst === undefined) {
      byFirst = new Map();
      byLength.set(kinds.length, byFirst);
    }
    const first = branch(kinds[0] ?? 0, hashes[0] ?? 0);
    const leaves = byFirst.get(first);
    if (leaves === undefined) byFirst.set(first, [{ id, signature }]);
    else if (leaves.length < MAX_CANDIDATES) leaves.push({ id, signature });
  }

  function match(kinds: Uint8Array, hashes: Int32Array): number {
    const byFirst = byLength.get(kinds.length);
    if (byFirst === undefined) return -1;
    const first = branch(kinds[0] ?? 0, hashes[0] ?? 0);
    const found = matchLeaves(byFirst.get(first), kinds, hashes);
    return found >= 0 || first === 0 ? found : matchLeaves(byFirst.get(0), kinds, hashes);
  }

  return { insert, match };
}

function matchLeaves(leaves: readonly Leaf[] | undefined, kinds: Uint8Array, hashes: Int32Array): number {
  for (const { id, signature } of leaves ?? []) if (fits(signature, kinds, hashes)) return id;
  return -1;
}

function fits(template: Signature, kinds: Uint8Array, hashes: Int32Array): boolean {
  for (let position = 0; position < kinds.length; position++) {
    const kind = kinds[position];
    const wanted = template.kinds[position];
    if (wanted === WILD ? kind === MARK : kind !== wanted || hashes[position] !== template.hashes[position])
      return false;
  }
  return true;
}

/** How many positions of a template vary between lines. */
export function wildCount(signature: Signature): number {
  let count = 0;
  for (const kind of signature.kinds) if (kind === WILD) count++;
  return count;
}
