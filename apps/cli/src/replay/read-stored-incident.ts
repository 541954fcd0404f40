import type { Store } from '@midwatch/core/incident';
import {
  describeStopped,
  judge,
  lookAgain,
  type RecalledIncident,
  readStopped,
  recall,
} from '@midwatch/responder';
import { parts } from '../investigation-parts.js';
import { openStore } from '../open-store.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import type { ReplaySubject } from './replay-subject.js';

/** So many ids are named where none fits. */
const NAMED_INCIDENTS = 5;

/** An incident of the server's database, which may be running: nothing is written. No model is asked while models are stopped there. */
export async function readStoredIncident(
  database: string | undefined,
  incidentId: string,
  terminal: Terminal,
): Promise<ReplaySubject> {
  const { name, store } = await openStore({ database }, terminal);
  try {
    const stopped = await readStopped(store);
    if (stopped !== undefined && terminal.environment['ANTHROPIC_API_KEY'])
      throw new UsageError(
        `${describeStopped(stopped, 'models')}; unset ANTHROPIC_API_KEY to replay the evidence alone`,
      );
    const recalled = await recall(store, incidentId);
    if (recalled === undefined) throw await unknownIncident(store, name, incidentId);
    if (recalled === 'unread')
      throw new UsageError(
        `incident ${incidentId}: nothing was read for it yet, so there is nothing to replay`,
      );
    return await toSubject(recalled);
  } finally {
    await store.close();
  }
}

async function unknownIncident(store: Store, file: string, incidentId: string): Promise<UsageError> {
  const { items } = await store.listIncidents({ limit: NAMED_INCIDENTS });
  const ids = items.map(({ id }) => id);
  const known = ids.length === 0 ? 'it holds none' : `the newest are ${ids.join(', ')}`;
  return new UsageError(`${file}: no incident \`${incidentId}\`; ${known}`);
}

/** The present code reads the signals again where they are kept; else what it read then is put to the analyzers again. */
async function toSubject({ analysis, collection, incident, look }: RecalledIncident): Promise<ReplaySubject> {
  const { id, title } = incident;
  const { alert, analysis: evidenceThen, nowMs } = look;
  const signal = new AbortController().signal;
  const before = { analysis, evidenceAlone: evidenceThen };
  if (collection !== undefined) {
    const again = await lookAgain(parts, { alert, nowMs, collection, signal });
    const { dossier, evidence } = again;
    return {
      ...{ id, title, nowMs, before, readFrom: 'signals' },
      input: { alert, evidence, dossier },
      analysis: again.analysis,
    };
  }
  const input = { alert, evidence: look.evidence, dossier: look.dossier };
  const evidenceNow = await judge({
    ...{ input, signal, otherwise: evidenceThen },
    analyzer: parts.evidenceAnalyzer,
    admit: parts.admit,
    deadlineMs: 10_000,
  });
  return { ...{ id, title, nowMs, before, readFrom: 'dossier' }, input, analysis: evidenceNow };
}
