import { type Signature, WILD } from './signature.js';
import { createSlots, type MergeThresholds } from './template-slots.js';
import { createTemplateTree, wildCount } from './template-tree.js';

const MAX_ROUNDS = 4;

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

function mergeRound(
  signatures: readonly (Signature | undefined)[],
  merged: Map<number, Signature>,
  live: readonly number[],
  cluster: Int32Array,
  thresholds: MergeThresholds,
): boolean {
  const slots = createSlots(thresholds);
  for (const index of live) {
    const signature = merged.get(index) ?? signatures[index];
    if (signature !== undefined) slots.add(index, signature);
  }
  const found = [...slots.varying()];
  for (const { members } of found) for (const member of members) unite(cluster, members[0] ?? member, member);
  const wild = new Map<number, Set<number>>();
  for (const { members, places } of found) {
    const root = find(cluster, members[0] ?? 0);
    const positions = wild.get(root) ?? new Set<number>();
    for (const { position } of places) positions.add(position);
    wild.set(root, positions);
  }
  for (const [root, positions] of wild) {
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
  return found.length > 0;
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
    if (template < 0) continue;
    const before = find(cluster, template);
    unite(cluster, before, index);
    const general = merged.get(before);
    // The smallest index stands for the cluster.
    if (index > before || general === undefined) continue;
    merged.delete(before);
    merged.set(index, general);
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

function unite(cluster: Int32Array, left: number, right: number): void {
  const a = find(cluster, left);
  const b = find(cluster, right);
  if (a < b) cluster[b] = a;
  else cluster[a] = b;
}
