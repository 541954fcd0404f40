import type { CallContextV1, ConfigurationChange, ConnectorError, Gap } from '@midwatch/core';
import { type FileChange, readFileChanges } from './compared-files.js';
import type { GitHubApi } from './github-api.js';
import type { Commit, Comparison, PullRequest } from './github-schema.js';
import { mergedOne, numberInSubject } from './pull-request.js';
import { attempt, toFailureGap } from './read-failure.js';
import type { Repository } from './repository-map.js';

/** What lies between two revisions. */
export interface RangeContent {
  readonly status: Comparison['status'];
  /** What `head` has and `base` has not, oldest first. */
  readonly added: readonly Commit[];
  /** What `base` has and `head` has not: a rollback takes it back. */
  readonly takenBack: readonly Commit[];
  readonly addedCount: number;
  readonly takenBackCount: number;
  readonly changes: readonly ConfigurationChange[];
  /** The commit that stands for the range: of the file that changed first, else the newest. */
  readonly commit?: Commit;
  readonly pullRequest?: Pick<PullRequest, 'number' | 'title' | 'user'>;
  readonly gaps: readonly Gap[];
}

const MAX_CHANGES = 40;

/**
 * Compares both ways where needed: GitHub compares with the common ancestor, so that for a rollback, where `head` is behind
 * `base`, it tells no commit and no file. Rejects when the comparison itself cannot be read.
 */
export async function readRange(
  api: GitHubApi,
  repository: Repository,
  { base, head }: { readonly base: string; readonly head: string },
  call: CallContextV1,
): Promise<RangeContent> {
  const forward = await api.compare(repository, base, head, call);
  const isBack = forward.status === 'behind' || forward.status === 'diverged';
  const backward = isBack ? await attempt(api.compare(repository, head, base, call)) : undefined;
  if (forward.status === 'behind' && backward !== undefined && 'error' in backward) throw backward.error;
  const back = backward !== undefined && 'value' in backward ? backward.value : undefined;
  const failures: ConnectorError[] = backward !== undefined && 'error' in backward ? [backward.error] : [];

  const come = await readFileChanges(api, repository, forward.files ?? [], call);
  const gone = await readFileChanges(api, repository, back?.files ?? [], call);
  const changes = orderChanges(joinChanges(gone.changes.map(invert), come.changes));
  const side = forward.commits.length > 0 ? { ...forward, tip: head } : { ...back, tip: base };
  const told = await readPullRequest(api, repository, { ...side, file: changes[0]?.file }, call);

  const unread =
    forward.total_commits - forward.commits.length + (back ? back.total_commits - back.commits.length : 0);
  return {
    status: forward.status,
    added: forward.commits,
    takenBack: back?.commits ?? [],
    addedCount: forward.total_commits,
    takenBackCount: back?.total_commits ?? 0,
    changes: changes.slice(0, MAX_CHANGES).map(({ path, before, after }) => ({ path, before, after })),
    ...(told.commit === undefined ? {} : { commit: told.commit }),
    ...(told.pullRequest === undefined ? {} : { pullRequest: told.pullRequest }),
    gaps: [
      ...come.gaps,
      ...gone.gaps,
      ...rowGap(unread, 'commits of a range beyond the first 100'),
      ...rowGap(changes.length - MAX_CHANGES, 'less telling changes of configuration'),
      ...toFailureGap(failures, 'what a range takes back could not be read'),
      ...toFailureGap(told.failures, 'the pull request of a range could not be read'),
    ],
  };
}

function rowGap(count: number, detail: string): Gap[] {
  return count > 0 ? [{ reason: 'row-limit', missing: { count, exact: true }, detail }] : [];
}

function invert({ before, after, ...rest }: FileChange): FileChange {
  return { ...rest, before: after, after: before };
}

/** First from `base` back to the common ancestor, then from there to `head`: what is the same in both is no change. */
function joinChanges(gone: readonly FileChange[], come: readonly FileChange[]): FileChange[] {
  const old = new Map(gone.map((change) => [change.path, change]));
  const joined = come.map((change): FileChange => {
    const earlier = old.get(change.path);
    old.delete(change.path);
    return earlier === undefined ? change : { ...change, before: earlier.before };
  });
  return [...joined, ...old.values()].filter(({ before, after }) => before !== after);
}

/** Numbers that changed first: limits and sizes. Then other changed values, then what came or went. */
function orderChanges(changes: readonly FileChange[]): FileChange[] {
  const rank = ({ before, after }: FileChange): number => {
    if (before === null || after === null) return 2;
    return /^\d/.test(before) && /^\d/.test(after) ? 0 : 1;
  };
  return changes.toSorted((one, other) => rank(one) - rank(other));
}

interface PullRequestRead {
  readonly commit?: Commit;
  readonly pullRequest?: Pick<PullRequest, 'number' | 'title' | 'user'>;
  readonly failures: readonly ConnectorError[];
}

/** The pull request of the commit that last touched the file; of the newest commit where no configuration changed. */
async function readPullRequest(
  api: GitHubApi,
  repository: Repository,
  range: { readonly commits?: readonly Commit[]; readonly tip: string; readonly file: string | undefined },
  call: CallContextV1,
): Promise<PullRequestRead> {
  const { commits = [], tip, file } = range;
  const failures: ConnectorError[] = [];
  let commit = commits.at(-1);
  if (commit === undefined) return { failures };
  if (commits.length > 1 && file !== undefined) {
    const touching = await attempt(api.commitsOfFile(repository, { path: file, from: tip }, call));
    if ('error' in touching) failures.push(touching.error);
    const inRange = new Map(commits.map((each) => [each.sha, each]));
    const found = 'value' in touching ? touching.value.find(({ sha }) => inRange.has(sha)) : undefined;
    commit = inRange.get(found?.sha ?? '') ?? commit;
  }
  const requests = await attempt(api.pullRequests(repository, commit.sha, call));
  if ('error' in requests) failures.push(requests.error);
  const merged = 'value' in requests ? mergedOne(requests.value) : undefined;
  const number = numberInSubject(commit);
  const pullRequest = merged ?? (number === undefined ? undefined : { number });
  return { commit, ...(pullRequest === undefined ? {} : { pullRequest }), failures };
}
