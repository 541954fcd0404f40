import { isSameCause, rankMemories, toFeatures, toSignatures } from '@midwatch/core';
import type {
  Effects,
  IncidentDetails,
  MemoryVerdict,
  NewMemory,
  Outcome,
  Store,
} from '@midwatch/core/incident';
import { readLooks } from './incident-state.js';
import type { Remember } from './look.js';

/** A store that does not answer in this time must not hold the brief. */
const DEADLINE_MS = 500;
const MOST_CANDIDATES = 200;
const MAX_CAUSE_LENGTH = 2_000;

/** Past incidents like this one, from the store; none where it fails or is late. */
export function createRemember(
  store: Pick<Store, 'memories'>,
  incident: Pick<IncidentDetails, 'id' | 'namespace' | 'service'>,
): Remember {
  const { id: exceptKey, namespace, service } = incident;
  return async (evidence) => {
    const features = toFeatures(toSignatures(evidence));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), DEADLINE_MS);
    });
    try {
      const found = await Promise.race([
        store.memories.search({ ...features, limit: MOST_CANDIDATES }),
        late,
      ]);
      if (found === undefined) return [];
      const { memories, total } = found;
      const place = {
        ...(service === undefined ? {} : { service }),
        ...(namespace === undefined ? {} : { namespace }),
      };
      return rankMemories({ ...features, ...place }, memories, { total, exceptKey });
    } catch {
      return [];
    } finally {
      clearTimeout(timer);
    }
  };
}

/**
 * What a settlement makes of memory: the incident is remembered with its cause, which is what was said when that was right, or
 * forgotten when none is known; and each memory that was shown helped or misled, by `isSameCause()`.
 */
export async function settleMemory(
  store: Pick<Store, 'ledger' | 'memories' | 'steps'>,
  incident: IncidentDetails,
  outcome: Pick<Outcome, 'cause' | 'judgement' | 'service'>,
): Promise<Pick<Effects, 'memory' | 'memoryVerdicts'>> {
  const truth = await trueCause(store, incident, outcome);
  const shown = await store.memories.listShown(incident.id);
  const memoryVerdicts = shown.map(({ key, ...memory }): MemoryVerdict => {
    const isSame = truth && isSameCause(memory, truth);
    return { key, verdict: isSame === undefined ? 'open' : isSame ? 'helped' : 'misled' };
  });
  const verdicts = memoryVerdicts.length === 0 ? {} : { memoryVerdicts };
  if (truth === undefined) return { memory: 'none', ...verdicts };
  const { analyses } = await store.ledger.history(incident.id);
  const signatures = analyses.findLast((analysis) => analysis.signatures.length > 0)?.signatures ?? [];
  const { namespace, openedAtMs: atMs, service } = incident;
  return {
    memory: {
      ...{ atMs, ...truth, ...toFeatures(signatures) },
      ...(service === undefined ? {} : { service }),
      ...(namespace === undefined ? {} : { namespace }),
    },
    ...verdicts,
  };
}

async function trueCause(
  store: Pick<Store, 'steps'>,
  incident: IncidentDetails,
  { cause, judgement, service }: Pick<Outcome, 'cause' | 'judgement' | 'service'>,
): Promise<Pick<NewMemory, 'cause' | 'causeService'> | undefined> {
  if (judgement === 'unknown') return undefined;
  const told = { ...(service === undefined ? {} : { causeService: service }), cause: cause ?? '' };
  if (judgement !== 'right') return service === undefined && cause === undefined ? undefined : told;
  // Right is what stood when it was said; people may say it better.
  const { state } = await readLooks(store, incident.id);
  const [first] = state?.analysis.hypotheses ?? [];
  const causeService = service ?? first?.service;
  const said = cause ?? first?.statement ?? state?.analysis.summary ?? '';
  if (causeService === undefined && said === '') return undefined;
  return {
    ...(causeService === undefined ? {} : { causeService }),
    cause: said.slice(0, MAX_CAUSE_LENGTH).toWellFormed(),
  };
}
