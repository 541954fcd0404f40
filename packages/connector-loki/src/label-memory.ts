import type { CallContextV1 } from '@midwatch/core';
import type { FoundLabels } from './label-lookup.js';

/**
 * Labels of services, and those of all streams, kept for some minutes. That they could not be looked up is kept for some
 * seconds, so that the queries of one incident do not each wait for it, unless the server may be back in a moment. Calls
 * side by side share one lookup. Nothing found is neither kept nor shared: another window may hold something.
 */
export interface LabelMemory {
  recall(
    service: string | undefined,
    find: () => Promise<FoundLabels>,
    call: CallContextV1,
  ): Promise<FoundLabels>;
  /** The labels of the service that was looked up last: on one server most are named alike. */
  latest(): FoundLabels | undefined;
}

const MAX_SERVICES = 1000;
const KEPT_MS = 300_000;
const FAILURE_KEPT_MS = 10_000;

export function createLabelMemory(): LabelMemory {
  const known = new Map<string | undefined, { readonly found: FoundLabels; readonly untilMs: number }>();
  const running = new Map<string | undefined, Promise<FoundLabels | undefined>>();
  let latest: FoundLabels | undefined;

  function keep(service: string | undefined, found: FoundLabels): void {
    if (service !== undefined && found.failure === undefined) latest = found;
    known.delete(service);
    const [oldest] = known.keys();
    if (known.size >= MAX_SERVICES) known.delete(oldest);
    known.set(service, {
      found,
      untilMs: Date.now() + (found.failure === undefined ? KEPT_MS : FAILURE_KEPT_MS),
    });
  }

  async function look(service: string | undefined, find: () => Promise<FoundLabels>): Promise<FoundLabels> {
    const finding = find();
    const shared = finding.then(
      (found) => (isWorthKeeping(found) ? found : undefined),
      () => undefined,
    );
    running.set(service, shared);
    try {
      const found = await finding;
      if (isWorthKeeping(found)) keep(service, found);
      return found;
    } finally {
      if (running.get(service) === shared) running.delete(service);
    }
  }

  return {
    latest: () => latest,
    async recall(service, find, call) {
      const kept = known.get(service);
      if (kept !== undefined && kept.untilMs > Date.now()) return kept.found;
      const other = running.get(service);
      const shared = other === undefined ? undefined : await whileWanted(other, call);
      return shared ?? (await look(service, find));
    },
  };
}

function isWorthKeeping({ failure, names }: FoundLabels): boolean {
  return failure === undefined ? names.length > 0 : failure !== 'unavailable';
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
