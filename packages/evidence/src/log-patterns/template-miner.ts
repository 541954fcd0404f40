import { createLineScanner } from './line-scanner.js';
import { withoutRepeats } from './repeated-tokens.js';
import { keyOf, type Signature, templateText } from './signature.js';
import { mergeSignatures } from './template-merger.js';

export interface Template { readonly id: number; readonly text: string; readonly count: number }
export interface TemplateMiner {
  add(line: string): number;
  resolve(id: number): number;
  templates(): Template[];
}

export function createTemplateMiner(): TemplateMiner {
  const scanner = createLineScanner();
  const raw = new Map<number, number>();
  const bySignature = new Map<number, number>();
  const signatures: Signature[] = [];
  const counts: number[] = [];
  let clusters: Int32Array | undefined;
  let merged: ReadonlyMap<number, Signature> = new Map();

  function learn(line: string, count: number): number {
    const kept = withoutRepeats(scanner.tokens.kinds, scanner.tokens.hashes, count);
    const kinds = Uint8Array.from(kept, (p) => scanner.tokens.kinds[p] ?? 0);
    const hashes = Int32Array.from(kept, (p) => scanner.tokens.hashes[p] ?? 0);
    const key = keyOf(kinds, hashes, kinds.length);
    const known = bySignature.get(key);
    if (known !== undefined) return known;
    const id = signatures.length;
    signatures.push({
      kinds, hashes,
      starts: Int32Array.from(kept, (p) => scanner.tokens.starts[p] ?? 0),
      ends: Int32Array.from(kept, (p) => scanner.tokens.ends[p] ?? 0),
      example: line,
    });
    counts.push(0);
    bySignature.set(key, id);
    clusters = undefined;
    return id;
  }
  function add(line: string): number {
    const count = scanner.scan(line);
    const key = keyOf(scanner.tokens.kinds, scanner.tokens.hashes, count);
    let id = raw.get(key);
    if (id === undefined) {
      id = learn(line, count);
      raw.set(key, id);
    }
    counts[id] = (counts[id] ?? 0) + 1;
    return id;
  }
  function settle(): Int32Array {
    if (clusters === undefined) {
      const result = mergeSignatures(signatures);
      clusters = result.cluster;
      merged = result.merged;
    }
    return clusters;
  }
  return {
    add,
    resolve: (id) => settle()[id] ?? id,
    templates() {
      const cluster = settle();
      const total = new Map<number, number>();
      for (let id = 0; id < counts.length; id++) {
        const root = cluster[id] ?? id;
        total.set(root, (total.get(root) ?? 0) + (counts[id] ?? 0));
      }
      return [...total].map(([id, count]) => ({ id, count, text: templateText(merged.get(id) ?? signatures[id]!, 500) }));
    },
  };
}
