import {
  type ActionLogEntry,
  type ActionLogFaultReason,
  type Store,
  verifyActionLog,
} from '@midwatch/core/incident';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { readLog } from './read-log.js';

interface VerifyLog {
  readonly store: Pick<Store, 'actions' | 'getIncident'>;
  /** `NUMBER:HASH`, as it was kept elsewhere. */
  readonly head: string | undefined;
  readonly json: boolean;
}

type FaultReason = ActionLogFaultReason | 'erased';

const faults: Readonly<Record<FaultReason, string>> = {
  gap: 'an entry is missing, or another stands in its place',
  altered: 'it was changed after it was written',
  unlinked: 'it was not written behind the one before it',
  'cut-off': 'the log ends before it: the newest entries are gone',
  erased: 'its name and text were taken out, and its incident is still there',
  'other-head': 'it is not the one that was kept: the log was written anew',
};

/** Follows the chain from the first entry; with a head that was kept elsewhere, a log that was cut or written anew shows, too. */
export async function verifyLog(
  { head: text, json, store }: VerifyLog,
  { stdout }: Pick<Terminal, 'stdout'>,
): Promise<void> {
  const kept = text === undefined ? undefined : parseHead(text);
  // The first of each incident; of one that concerns none, under nothing.
  const firstErased = new Map<string | undefined, number>();
  const { erased, head, verified, ...found } = await verifyActionLog(
    noteErased(readLog(store), firstErased),
    kept === undefined ? {} : { head: kept },
  );
  const fault = found.fault ?? (await findErased(store, firstErased));
  const state = { verified, erased, head: head ?? null, fault: fault ?? null, against: kept ?? null };
  if (json) stdout.write(`${JSON.stringify(state, null, 2)}\n`);
  if (fault !== undefined) {
    throw new UsageError(
      `the action log does not hold at entry ${fault.number}: ${faults[fault.reason]}${fault.reason === 'erased' ? '' : `; ${verified} before it are as they were`}`,
    );
  }
  if (json) return;
  if (head === undefined) {
    stdout.write('The action log is empty.\n');
    return;
  }
  stdout.write(
    `${verified} ${verified === 1 ? 'entry is' : 'entries are'} as written${sayErased(erased)}.\n`,
  );
  stdout.write(
    kept === undefined
      ? 'Whether newer ones were cut off shows only against a head that was kept elsewhere: --head NUMBER:HASH.\n'
      : `Entry ${kept.number} is the one that was kept.\n`,
  );
  stdout.write(`head ${head.number}:${head.hash}\n`);
}

async function* noteErased(
  entries: AsyncIterable<ActionLogEntry>,
  firstErased: Map<string | undefined, number>,
): AsyncGenerator<ActionLogEntry> {
  for await (const entry of entries) {
    const { incidentId, number, salt } = entry;
    if (salt === undefined && !firstErased.has(incidentId)) firstErased.set(incidentId, number);
    yield entry;
  }
}

/** Names and texts go with their incident, and the chain holds without them: only the incident shows whether they should be gone. */
async function findErased(
  store: Pick<Store, 'getIncident'>,
  firstErased: ReadonlyMap<string | undefined, number>,
): Promise<{ readonly number: number; readonly reason: FaultReason } | undefined> {
  for (const [incidentId, number] of firstErased) {
    const isThere = incidentId === undefined || (await store.getIncident(incidentId)) !== undefined;
    if (isThere) return { number, reason: 'erased' };
  }
  return undefined;
}

function sayErased(erased: number): string {
  return erased === 0 ? '' : `; of ${erased} the names and texts went with their incident, as they should`;
}

function parseHead(text: string) {
  const [, number, hash] = /^(\d{1,15}):([0-9a-fA-F]{64})$/.exec(text.trim()) ?? [];
  if (number === undefined || hash === undefined)
    throw new UsageError(
      '--head takes NUMBER:HASH, as `midwatch actions verify` and GET /actions/log/head give it',
      2,
    );
  return { number: Number(number), hash: hash.toLowerCase() };
}
