import type { DeploySignal, RevisionRange, TimeWindow } from '@midwatch/core';
import { personOf, type SignalFrame } from './deployment-signal.js';
import type { Commit } from './github-schema.js';
import { numberInSubject, subjectOf } from './pull-request.js';
import type { RangeContent } from './revision-range.js';

const MAX_SUMMARY_CHARACTERS = 300;
const MAX_NUMBERS = 5;

/**
 * What lies between two revisions, as a change without a phase of its own: it says what a deploy from one to the other
 * brought, and not that there was one. Its time is that of the newest commit, moved into the window that was asked for.
 */
export function toRangeSignal(
  { repository, base, head }: RevisionRange,
  content: RangeContent,
  { connectorId, queryId, webUrl, toId, service, window }: SignalFrame & RangeFrame,
): DeploySignal {
  const { pullRequest, commit } = content;
  const timestampMs = timeOf(content, window);
  const actor = personOf(pullRequest?.user) ?? authorOf(commit);
  const request = pullRequest === undefined ? {} : { changeRequest: `#${pullRequest.number}` };
  const page =
    pullRequest === undefined || webUrl === undefined
      ? {}
      : { changeRequestUrl: `${webUrl}/${repository}/pull/${pullRequest.number}` };
  const url = webUrl === undefined ? {} : { url: comparePage(webUrl, { repository, base, head }) };
  return {
    kind: 'deploys',
    id: toId('between', repository, base, head),
    timestampMs,
    timeUnixNano: `${timestampMs}000000`,
    connectorId,
    queryId,
    ...url,
    service,
    revision: head,
    previousRevision: base,
    repository,
    summary: summaryOf(content),
    changes: [...content.changes],
    ...(actor === undefined ? {} : { actor }),
    ...request,
    ...page,
    phase: 'unknown',
  };
}

export interface RangeFrame {
  readonly service: string;
  readonly window: TimeWindow;
}

export function comparePage(webUrl: string, { repository, base, head }: RevisionRange): string {
  return `${webUrl}/${repository}/compare/${encodeURIComponent(base)}...${encodeURIComponent(head)}`;
}

function timeOf({ added, takenBack }: RangeContent, { startMs, endMs }: TimeWindow): number {
  const times = [...added, ...takenBack].flatMap(({ commit }) => {
    const ms = Date.parse(commit?.committer?.date ?? commit?.author?.date ?? '');
    return Number.isNaN(ms) ? [] : [ms];
  });
  const newestMs = times.reduce((latest, ms) => Math.max(latest, ms), startMs);
  return Math.max(startMs, Math.min(newestMs, endMs - 1));
}

function authorOf(commit: Commit | undefined): string | undefined {
  if (commit === undefined || commit.author?.type === 'Bot') return undefined;
  return personOf(commit.author) ?? (commit.commit?.author?.name || undefined);
}

/** `Cut the pool (3 commits, #847, #851)`, `rollback of Cut the pool (3 commits taken back, #847)`. */
function summaryOf(content: RangeContent): string {
  const { status, added, takenBack, addedCount, takenBackCount, commit, pullRequest } = content;
  if (status === 'identical') return 'the same commit';
  const title = pullRequest?.title || (commit === undefined ? '' : subjectOf(commit));
  const counts = [
    ...(addedCount > 0 ? [commits(addedCount)] : []),
    ...(takenBackCount > 0 ? [`${commits(takenBackCount)} taken back`] : []),
  ];
  const all = [pullRequest?.number, ...[...added, ...takenBack].toReversed().map(numberInSubject)];
  const numbers = [...new Set(all.filter((number) => number !== undefined))].map((number) => `#${number}`);
  const more = numbers.length > MAX_NUMBERS ? [`and ${numbers.length - MAX_NUMBERS} more`] : [];
  const inBrackets = [...counts, ...numbers.slice(0, MAX_NUMBERS), ...more].join(', ');
  const what = `${status === 'behind' ? 'rollback of ' : ''}${title.slice(0, MAX_SUMMARY_CHARACTERS)}`;
  return what === '' ? inBrackets : `${what} (${inBrackets})`;
}

function commits(count: number): string {
  return count === 1 ? '1 commit' : `${count} commits`;
}
