import { existsSync } from 'node:fs';
import type { Store } from '@midwatch/core/incident';
import { judge, lookAgain, type RecalledIncident, recall } from '@midwatch/responder';
import { parts } from '../investigation-parts.js';
import { UsageError } from '../usage-error.js';
import type { ReplaySubject } from './replay-subject.js';

/** So many ids are named where none fits. */
const NAMED_INCIDENTS = 5;

/** An incident of the server's database, which may be running: nothing is written. */
export async function readStoredIncident(file: string, incidentId: string): Promise<ReplaySubject> {
  const store = await openReadOnly(file);
  try {
    const recalled = await recall(store, incidentId);
    if (recalled === undefined) throw await unknownIncident(store, file, incidentId);
    if (recalled === 'unread')
      throw new UsageError(
        `incident ${incidentId}: nothing was read for it yet, so there is nothing to replay`,
      );
    return await toSubject(recalled);
  } finally {
    await store.close();
  }
}

async function openReadOnly(file: string): Promise<Store> {
  if (!existsSync(file))
    throw new UsageError(`${file}: no such file; give the server's database with --database FILE`);
  try {
    // Only here: its native part is of no use to other commands.
    const { openSqliteStore } = await import('@midwatch/store/sqlite');
    return await openSqliteStore({ path: file, readOnly: true });
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
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
