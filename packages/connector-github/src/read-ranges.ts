import {
  type CallContextV1,
  type ConnectorError,
  createSignalIds,
  type DeploySignal,
  type Gap,
  type Provenance,
  type RevisionRange,
  type SignalBatchV1,
  type SignalQueryByKind,
  toQueryId,
} from '@midwatch/core';
import { keepWithinLimit } from '@midwatch/core/otlp';
import type { DeploysSourceOptions } from './deploys-source.js';
import type { GitHubApi } from './github-api.js';
import { comparePage, toRangeSignal } from './range-signal.js';
import { attempt, toFailureGap } from './read-failure.js';
import { parseRepository, serviceOf } from './repository-map.js';
import { readRange } from './revision-range.js';

/** Each costs two to eight requests. */
export const MAX_RANGES = 10;

/** What lies between the asked revisions: one signal for each range. */
export async function readRanges(
  api: GitHubApi,
  query: SignalQueryByKind['deploys'],
  between: readonly RevisionRange[],
  options: DeploysSourceOptions,
  call: CallContextV1,
): Promise<SignalBatchV1<'deploys'>> {
  const { window, target } = query;
  const { connectorId, webUrl, repositories } = options;
  const toId = createSignalIds(connectorId, 'deploys');
  const understood = between.flatMap((range) => {
    const repository = parseRepository(range.repository);
    return repository !== undefined && isRevision(range.base) && isRevision(range.head)
      ? [{ range, repository }]
      : [];
  });
  const asked = understood.slice(0, MAX_RANGES);
  // One after the other: the first is the one that matters most, and time may run out before the last.
  const signals: DeploySignal[] = [];
  const provenance: Provenance[] = [];
  const gaps: Gap[] = [];
  const errors: ConnectorError[] = [];
  let unknown = 0;
  for (const { range, repository } of asked) {
    const text = `GET /repos/${range.repository}/compare/${range.base}...${range.head}`;
    const queryId = toQueryId(connectorId, text, window);
    const url = webUrl === undefined ? {} : { url: comparePage(webUrl, range) };
    provenance.push({ queryId, language: 'http', text, window, ...url });
    const content = await attempt(readRange(api, repository, range, call));
    if ('error' in content) {
      if (content.error.status === 404) unknown += 1;
      else errors.push(content.error);
      continue;
    }
    const service = target.service ?? serviceOf(repository, repositories);
    const frame = { connectorId, queryId, webUrl, toId, service, window };
    signals.push(toRangeSignal(range, content.value, frame));
    gaps.push(...content.value.gaps);
  }
  if (errors[0] !== undefined && signals.length === 0) throw errors[0];
  const ascending = signals.toSorted((one, other) => one.timestampMs - other.timestampMs);
  const kept = keepWithinLimit(ascending, query);
  return {
    signals: kept.signals,
    gaps: [
      ...kept.gaps,
      ...gaps,
      ...countGap('unmapped-target', unknown, unknownRange),
      ...countGap('unsupported-filter', between.length - understood.length, notUnderstood),
      ...countGap('budget', understood.length - asked.length, 'ranges beyond the first ten'),
      ...toFailureGap(errors, 'ranges that could not be read'),
    ],
    provenance,
  };
}

const unknownRange =
  'HTTP 404: a revision is not in the repository, or the token may not read it (`contents`, read)';
const notUnderstood = 'ranges whose repository or revisions are none of GitHub';

function countGap(reason: Gap['reason'], count: number, detail: string): Gap[] {
  return count > 0 ? [{ reason, missing: { count, exact: true }, detail }] : [];
}

/** A commit, tag or branch of the repository itself: `user:branch` would be one of a fork. */
function isRevision(text: string): boolean {
  return /^[^\s~^:?*[\\\p{Cc}]{1,250}$/u.test(text) && !text.includes('..') && !text.split('/').includes('.');
}
