import { createLineForms } from './line-forms.js';
import { createLineScanner } from './line-scanner.js';
import {
  keyOf,
  type Signature,
  type SignatureTokens,
  templateText,
  toSignature,
  toSignatureTokens,
} from './signature.js';
import { mergeSignatures } from './template-merger.js';
import { looseThresholds, mergeThresholds } from './template-slots.js';
import { createTemplateTree, type TemplateTree, wildCount } from './template-tree.js';

export interface TemplateMinerOptions {
  /**
   * Templates held at once. When they are reached, similar ones are merged; when that is not enough, the rarest are
   * counted under one overflow template. @default 10000
   */
  readonly maxTemplates?: number;
}

export interface Template {
  readonly id: number;
  /** The statement, every printed value as `<*>`; at most 500 characters. */
  readonly text: string;
  /** Lines that were added. */
  readonly count: number;
  /** Set on the one template that stands for everything the bound on memory had no room for. */
  readonly isOverflow?: true;
}

/** Groups log lines by the statement that printed them, in one pass and bounded memory. */
export interface TemplateMiner {
  /** Returns an id that is stable within the run; `resolve` tells the template it belongs to in the end. */
  add(line: string): number;
  /** The template of an id that `add` returned, by all lines added so far. Asking again after more lines may differ. */
  resolve(id: number): number;
  /** The templates by all lines added so far; their order is that of their first line. */
  templates(): Template[];
}

const DEFAULT_MAX_TEMPLATES = 10_000;
const MAX_TEMPLATE_TEXT = 500;
/** Evictions after which nothing new is learned: ids are kept for ever, so their number must be bounded as well. */
const MAX_EVICTIONS = 8;
const OVERFLOW_TEXT = '<*>';

export function createTemplateMiner(options: TemplateMinerOptions = {}): TemplateMiner {
  const maxTemplates = options.maxTemplates ?? DEFAULT_MAX_TEMPLATES;
  const scanner = createLineScanner();
  const forms = createLineForms();
  /** Tokens without repeats, to ids. */
  let known = new Map<number, number>();
  const signatures: (Signature | undefined)[] = [];
  const counts: number[] = [];
  /** An id that was merged away points to the one it became. */
  const parents: number[] = [];
  let tree: TemplateTree | undefined;
  let liveCount = 0;
  let overflowId = -1;
  let evictions = 0;
  let settled:
    | { readonly clusters: ReadonlyMap<number, number>; readonly merged: ReadonlyMap<number, Signature> }
    | undefined;

  function create(signature: Signature | undefined): number {
    const id = signatures.length;
    signatures.push(signature);
    counts.push(0);
    parents.push(id);
    return id;
  }

  function rootOf(id: number): number {
    let root = id;
    while (parents[root] !== root) root = parents[root] ?? root;
    return root;
  }

  function overflow(): number {
    if (overflowId < 0) overflowId = create(undefined);
    return overflowId;
  }

  function liveIds(): number[] {
    const ids: number[] = [];
    for (let id = 0; id < signatures.length; id++) if (signatures[id] !== undefined) ids.push(id);
    return ids;
  }

  /** Merges similar templates for good, and drops the rarest when that does not make room. */
  function compact(): void {
    for (const thresholds of [mergeThresholds, looseThresholds]) {
      const ids = liveIds();
      const { cluster, merged } = mergeSignatures(
        ids.map((id) => signatures[id]),
        thresholds,
      );
      ids.forEach((id, index) => {
        const root = ids[cluster[index] ?? index] ?? id;
        if (root === id) signatures[id] = merged.get(index) ?? signatures[id];
        else retire(id, root);
      });
      if (liveCount <= maxTemplates * 0.75) break;
    }
    if (liveCount > maxTemplates * 0.75) evict();
    known = new Map();
    tree = createTemplateTree();
    for (const id of liveIds()) {
      const signature = signatures[id];
      if (signature === undefined) continue;
      if (wildCount(signature) > 0) tree.insert(id, signature);
      else known.set(keyOf(signature.kinds, signature.hashes, signature.kinds.length), id);
    }
  }

  function retire(id: number, into: number): void {
    signatures[id] = undefined;
    parents[id] = into;
    liveCount--;
  }

  function evict(): void {
    evictions++;
    const into = overflow();
    const total = new Map<number, number>();
    for (let id = 0; id < counts.length; id++) {
      const root = rootOf(id);
      total.set(root, (total.get(root) ?? 0) + (counts[id] ?? 0));
    }
    const rarestFirst = liveIds().sort((a, b) => (total.get(a) ?? 0) - (total.get(b) ?? 0) || b - a);
    for (const id of rarestFirst.slice(0, Math.ceil(rarestFirst.length - maxTemplates / 2))) retire(id, into);
  }

  /** The id of the template that the scanned tokens fill, or -1. */
  function recall(tokens: SignatureTokens, key: number): number {
    return known.get(key) ?? tree?.match(tokens.kinds, tokens.hashes) ?? -1;
  }

  function learn(line: string, count: number): number {
    const tokens = toSignatureTokens(scanner.tokens, count);
    const key = keyOf(tokens.kinds, tokens.hashes, tokens.kinds.length);
    const remembered = recall(tokens, key);
    if (remembered >= 0) return remembered;
    if (liveCount >= maxTemplates) {
      if (evictions >= MAX_EVICTIONS) return overflow();
      compact();
      const compacted = recall(tokens, key);
      if (compacted >= 0) return compacted;
    }
    settled = undefined;
    liveCount++;
    const id = create(toSignature(tokens, line, scanner));
    known.set(key, id);
    return id;
  }

  function add(line: string): number {
    let id = forms.recall(scanner.bytes, scanner.load(line));
    if (id < 0) {
      id = learn(line, scanner.scan());
      if (scanner.hasWords()) forms.remember(id);
    }
    counts[id] = (counts[id] ?? 0) + 1;
    return id;
  }

  function settle() {
    if (settled === undefined) {
      const ids = liveIds();
      const { cluster, merged } = mergeSignatures(
        ids.map((id) => signatures[id]),
        mergeThresholds,
      );
      const clusters = new Map<number, number>();
      for (const [index, id] of ids.entries()) clusters.set(id, ids[cluster[index] ?? index] ?? id);
      settled = {
        clusters,
        merged: new Map([...merged].map(([index, signature]) => [ids[index] ?? -1, signature])),
      };
    }
    return settled;
  }

  function resolve(id: number): number {
    const root = rootOf(id);
    return settle().clusters.get(root) ?? root;
  }

  function templates(): Template[] {
    const { merged } = settle();
    const totals = new Map<number, number>();
    for (let id = 0; id < counts.length; id++) {
      const root = resolve(id);
      totals.set(root, (totals.get(root) ?? 0) + (counts[id] ?? 0));
    }
    return [...totals].map(([id, count]) => {
      const signature = merged.get(id) ?? signatures[id];
      if (signature === undefined) return { id, text: OVERFLOW_TEXT, count, isOverflow: true };
      return { id, text: templateText(signature, MAX_TEMPLATE_TEXT), count };
    });
  }

  return { add, resolve, templates };
}
