import type { CallContextV1 } from '@midwatch/core';
import type { FieldMap } from './field-map.js';
import { whileWanted } from './while-wanted.js';

/** A mapping grows with the lines: one that has become old is looked up again. */
const KEPT_MS = 5 * 60_000;

/**
 * The one field map of a connector's index pattern, for some minutes. Calls side by side share a lookup; one that failed,
 * or found no index, is neither kept nor shared.
 */
export interface FieldMemory {
  recall(find: () => Promise<FieldMap>, call: CallContextV1): Promise<FieldMap>;
}

export function createFieldMemory(): FieldMemory {
  let kept: { readonly map: FieldMap; readonly untilMs: number } | undefined;
  let running: Promise<FieldMap | undefined> | undefined;

  async function look(find: () => Promise<FieldMap>): Promise<FieldMap> {
    const finding = find();
    const shared = finding.then(
      (map) => (map.hasIndices ? map : undefined),
      () => undefined,
    );
    running = shared;
    try {
      const map = await finding;
      if (map.hasIndices) kept = { map, untilMs: Date.now() + KEPT_MS };
      return map;
    } finally {
      if (running === shared) running = undefined;
    }
  }

  return {
    async recall(find, call) {
      if (kept !== undefined && Date.now() < kept.untilMs) return kept.map;
      // Another call's result, but not beyond this call's own abort or deadline.
      const over = AbortSignal.timeout(Math.max(0, call.deadlineAtMs - Date.now()));
      const wanted = AbortSignal.any([call.signal, over]);
      const shared = running === undefined ? undefined : await whileWanted(running, wanted);
      return shared ?? (await look(find));
    },
  };
}
