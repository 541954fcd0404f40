import type { CallContextV1 } from '@midwatch/core';
import type { FoundLabels } from './loki-labels.js';

/**
 * Labels of services, kept while the connector lives; those of everything, which grow, only while they are looked up.
 * Calls side by side share one lookup. One that failed or found nothing is neither kept nor shared.
 */
export interface LabelMemory {
  recall(
    service: string | undefined,
    find: () => Promise<FoundLabels>,
    call: CallContextV1,
  ): Promise<FoundLabels>;
}

const MAX_SERVICES = 1000;

export function createLabelMemory(): LabelMemory {
  const known = new Map<string | undefined, FoundLabels>();
  const running = new Map<string | undefined, Promise<FoundLabels | undefined>>();

  async function look(service: string | undefined, find: () => Promise<FoundLabels>): Promise<FoundLabels> {
    const finding = find();
    const shared = finding.then(
      (found) => (found.names.length === 0 ? undefined : found),
      () => undefined,
    );
    running.set(service, shared);
    try {
      const found = await finding;
      if (known.size >= MAX_SERVICES) known.clear();
      if (found.serviceLabel !== undefined) known.set(service, found);
      return found;
    } finally {
      if (running.get(service) === shared) running.delete(service);
    }
  }

  return {
    async recall(service, find, call) {
      const kept = known.get(service);
      if (kept !== undefined) return kept;
      const other = running.get(service);
      const shared = other === undefined ? undefined : await whileWanted(other, call);
      return shared ?? (await look(service, find));
    },
  };
}

/** Another call's result, but not beyond this call's own abort or deadline. */
async function whileWanted<T>(other: Promise<T>, call: CallContextV1): Promise<T | undefined> {
  const leftMs = Math.max(0, call.deadlineAtMs - Date.now());
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(leftMs)]);
  let stop: () => void = () => undefined;
  const unwanted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([other, unwanted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
