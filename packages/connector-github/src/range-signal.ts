import type { DeploySignal, RevisionRange, TimeWindow } from '@midwatch/core';
import type { Commit } from './github-schema.js';
import { personOf } from './person.js';
import { numberInSubject, subjectOf } from './pull-request.js';
import type { RangeContent } from './revision-range.js';

export interface SignalFrame {
  readonly connectorId: string;
  readonly queryId: string;
  readonly webUrl: string | undefined;
  readonly toId: (...parts: readonly string[]) => string;
}

interface RangeFrame extends SignalFrame {
  readonly service: string;
  readonly window: TimeWindow;
}

const MAX_SUMMARY_CHARACTERS = 300;
const MAX_NUMBERS = 5;

/**
 * What lies between two revisions, as a change without a phase of its own: it says what a deploy from one to the other
 * brought, and not that there was one. Its time is that of the newest commit, moved into the window that was asked for.
 */
export function toRangeSignal(
  { repository, base, head }: RevisionRange,
  content: RangeContent,
  { connectorId, queryId, webUrl, toId, service, window }: RangeFrame,
): DeploySignal {
  const timestampMs = timeOf(content, window);
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
    phase: 'unknown',
    ...toRangeDetails(content, repository, webUrl),
  };
}

/** Who changed what, for whatever went from one revision to the other. */
export function toRangeDetails(
  content: RangeContent,
  repository: string,
  webUrl: string | undefined,
): Pick<DeploySignal, 'summary' | 'changes' | 'actor' | 'changeRequest' | 'changeRequestUrl'> {
  const details = { summary: summaryOf(content), changes: [...content.changes] };
  // Who wrote what a rollback takes back did not ask for the rollback.
  if (content.status === 'behind') return details;
  const { pullRequest, commit } = content;
  const actor = personOf(pullRequest?.user) ?? authorOf(commit);
  const page =
    pullRequest === undefined || webUrl === undefined
      ? {}
      : { changeRequestUrl: `${webUrl}/${repository}/pull/${pullRequest.number}` };
  return {
    ...details,
    ...(actor === undefined ? {} : { actor }),
    ...(pullRequest === undefined ? {} : { changeRequest: `#${pullRequest.number}` }),
    ...page,
  };
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
