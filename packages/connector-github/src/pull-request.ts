import type { Commit, PullRequest } from './github-schema.js';

/** Of a message; the subject is all that is looked at. */
const MAX_SUBJECT_CHARACTERS = 500;

export function subjectOf(commit: Commit): string {
  return (commit.commit?.message ?? '').split('\n', 1)[0]?.trim().slice(0, MAX_SUBJECT_CHARACTERS) ?? '';
}

/** The pull request that a squash or merge commit names; other numbers in a message are issues, versions, anything. */
export function numberInSubject(commit: Commit): number | undefined {
  const subject = subjectOf(commit);
  const number = (/\(#(\d{1,9})\)$/.exec(subject) ?? /^Merge pull request #(\d{1,9})\b/.exec(subject))?.[1];
  return number === undefined ? undefined : Number(number);
}

/** The one that brought a commit: a merged one, since a commit may stand in open ones, too. */
export function mergedOne(requests: readonly PullRequest[]): PullRequest | undefined {
  const merged = requests.filter((request) => request.merged_at);
  return merged.find(({ merged_at: at }) => merged.every((other) => (at ?? '') <= (other.merged_at ?? '')));
}
