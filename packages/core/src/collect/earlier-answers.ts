import type { Gap } from '../connector/v1/connector.js';
import { type SignalKind, signalKinds } from '../connector/v1/signal.js';
import type { Collection, LearnedAlias, SourceReport } from '../incident/collection.js';
import { describeTarget } from './source-coverage.js';
import type { Assignment } from './source-tasks.js';

const lateErrors: ReadonlySet<string> = new Set(['rate-limited', 'unreachable', 'unavailable', 'timeout']);
const lateGaps: ReadonlySet<Gap['reason']> = new Set([
  'deadline',
  'vendor-timeout',
  'page-failure',
  'not-ingested-yet',
]);

/** Whether the same question may bring more when it is asked again, with more time. */
export function isLate({ error, gaps }: SourceReport): boolean {
  return (
    (error !== undefined && lateErrors.has(error.code)) || gaps.some(({ reason }) => lateGaps.has(reason))
  );
}

/** What an earlier collection of the same plan brought, and which of its questions need not be asked again. */
export interface EarlierAnswers {
  isSettled(assignment: Assignment): boolean;
  /** Reports of the questions that are not asked again. */
  readonly reports: readonly SourceReport[];
  readonly signals: Collection['signals'];
  readonly withheld: number;
  readonly aliases: readonly LearnedAlias[];
}

/** A report does not hold the whole question: of those that look alike, all are asked again when one was late. */
export function readEarlier(earlier: Collection | undefined): EarlierAnswers {
  const sources = earlier?.sources ?? [];
  const late = new Set(sources.filter(isLate).map(reportKey));
  const reports = sources.filter((report) => report.connectorId !== '' && !late.has(reportKey(report)));
  const settled = new Set(reports.map(reportKey));
  const none = Object.fromEntries(signalKinds.map((kind): [SignalKind, []] => [kind, []]));
  return {
    isSettled: ({ connectorId, planned, task }) => {
      const { kind, purpose, wave, query } = planned;
      const { window } = task?.query ?? query;
      return settled.has(
        reportKey({ connectorId, kind, purpose, wave, window, target: describeTarget(query.target) }),
      );
    },
    reports,
    signals: earlier?.signals ?? (none as unknown as Collection['signals']),
    withheld: earlier?.withheld ?? 0,
    aliases: earlier?.aliases ?? [],
  };
}

type Asked = Pick<SourceReport, 'connectorId' | 'kind' | 'purpose' | 'wave' | 'window' | 'target'>;

/** Reports of one question, as far as a report tells. */
export function reportKey({ connectorId, kind, purpose, wave, window, target }: Asked): string {
  return JSON.stringify([connectorId, kind, purpose, wave, window.startMs, window.endMs, target]);
}
