import { type ActionLogLink, actionLogStart, hashOfDetail, hashOfEntry } from './action-log-chain.js';
import type { ActionLogEntry, ActionLogHead } from './action-store.js';

export interface ActionLogVerification {
  /** The newest entry up to which all is as it was; absent when not even the first one is. */
  readonly head?: ActionLogHead;
  /** Entries that are as they were. */
  readonly verified: number;
  /** Of these, those whose actor and detail went with their incident: the hash of both still stands in the chain. */
  readonly erased: number;
  /** Absent when all is as it was. Nothing behind it was looked at. */
  readonly fault?: ActionLogFault;
}

export interface ActionLogFault {
  /** Of the first entry that is not what it was, or that should be there. */
  readonly number: number;
  readonly reason: ActionLogFaultReason;
}

/**
 * `gap`: another entry stands in its place, or none did when more came; `altered`: something in it is not what was hashed;
 * `unlinked`: the entry before is not the one that it was written behind; `cut-off`: the log ends before the kept head;
 * `other-head`: it was written anew since the head was kept.
 */
export type ActionLogFaultReason = 'gap' | 'altered' | 'unlinked' | 'cut-off' | 'other-head';

/**
 * Follows the hash chain of a log, or of a part of it that begins behind `previous`. `head`: one that was kept elsewhere, without
 * which nothing shows that the newest entries are gone or that all of it was written anew.
 */
export async function verifyActionLog(
  entries: Iterable<ActionLogEntry> | AsyncIterable<ActionLogEntry>,
  kept: { readonly head?: ActionLogLink; readonly previous?: ActionLogLink } = {},
): Promise<ActionLogVerification> {
  let [verified, erased] = [0, 0];
  let last: ActionLogLink = kept.previous ?? actionLogStart;
  let head: ActionLogHead | undefined;
  const found = (fault?: ActionLogFault): ActionLogVerification => ({
    ...(head && { head }),
    verified,
    erased,
    ...(fault && { fault }),
  });
  const isOther = ({ hash, number }: ActionLogLink) =>
    number === kept.head?.number && hash.toLowerCase() !== kept.head.hash.toLowerCase();
  if (isOther(last)) return found({ number: last.number, reason: 'other-head' });
  for await (const entry of entries) {
    const number = last.number + 1;
    const reason = (await faultOf(entry, last)) ?? (isOther(entry) ? 'other-head' : undefined);
    if (reason !== undefined) return found({ number, reason });
    verified += 1;
    if (entry.salt === undefined) erased += 1;
    last = entry;
    head = { number, hash: entry.hash, atMs: entry.atMs };
  }
  if (kept.head === undefined || kept.head.number <= last.number) return found();
  return found({ number: last.number + 1, reason: 'cut-off' });
}

async function faultOf(
  entry: ActionLogEntry,
  last: ActionLogLink,
): Promise<ActionLogFaultReason | undefined> {
  if (entry.number !== last.number + 1) return 'gap';
  if (!(await isAsHashed(entry))) return 'altered';
  return entry.previousHash === last.hash.toLowerCase() ? undefined : 'unlinked';
}

/** Without its salt an entry must have neither actor nor detail: nothing stands for them. */
async function isAsHashed(entry: ActionLogEntry): Promise<boolean> {
  const { actor, detail, detailHash, hash, salt } = entry;
  if (hash !== (await hashOfEntry(entry))) return false;
  if (salt === undefined) return actor === undefined && detail === undefined;
  return detailHash === (await hashOfDetail(entry));
}
