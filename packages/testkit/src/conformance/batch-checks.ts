import { type SignalBatchV1, type SignalKind, type SignalQuery, signalSchemas } from '@midwatch/core';
import { type ConformanceCheck, expectThat, expectValue, settle } from './check.js';
import {
  ask,
  type ConformanceOptions,
  createSubject,
  SERVICE,
  type Subject,
  TOKEN,
  toQuery,
  WINDOW,
} from './subject.js';

/** Enough items to tell "all" from "cut", few enough to stay fast. */
const ITEMS = 6;
/** So many that a sample in parts is worth their requests. */
const SPREAD = { count: 120, limit: 40 };

async function askFor(
  options: ConformanceOptions,
  kind: SignalKind,
  count: number,
  limit: number,
  keep: SignalQuery['keep'] = 'newest',
): Promise<SignalBatchV1<SignalKind> & Pick<Subject, 'sent'>> {
  const subject = await createSubject(options, { kind, count, window: WINDOW, service: SERVICE });
  const query = toQuery(kind, options, { limit, keep });
  const batch = expectValue(await settle(ask(subject.connector, kind, query)));
  return { ...batch, sent: subject.sent };
}

/** What came of an answer: an error that a connector took for a gap stands nowhere else but at its requests. */
function describeAnswer({ gaps, sent, signals }: Awaited<ReturnType<typeof askFor>>): string {
  const told = gaps.map(({ detail, reason }) => (detail === undefined ? reason : `${reason} (${detail})`));
  const came = sent.slice(0, 10).map(({ method, status, url }, index) => {
    return `${index + 1}. ${method} ${new URL(url).pathname}: ${status ?? 'no answer'}`;
  });
  const requests = came.length === 0 ? '' : `; its requests: ${came.join(', ')}`;
  const isAllWell = sent.every(({ status = 0 }) => status >= 200 && status < 300);
  const question = isAllWell && came.length > 0 ? '; do these answers fit the schemas?' : '';
  const gapsTold = told.length === 0 ? 'without gaps' : `with the gaps ${told.join(', ')}`;
  return `${signals.length} signals ${gapsTold}${requests}${question}`;
}

function times(batch: SignalBatchV1<SignalKind>): readonly number[] {
  return batch.signals.map((signal) => signal.timestampMs);
}

const toOffsets = (atMs: readonly number[]) =>
  atMs.map((one) => `${Math.round((one - WINDOW.startMs) / 1000)} s`).join(', ');

/** What a batch must be when all goes well. */
export const batchChecks: readonly ConformanceCheck[] = [
  {
    id: 'batch-shape',
    promise: 'every signal fits the schema of the kind asked for and names its connector',
    needs: 'any',
    per: 'kind',
    async run(options, kind) {
      const batch = await askFor(options, kind, ITEMS, 50);
      expectThat(batch.signals.length > 0, `no signals from a backend that holds ${ITEMS}`);
      const { connector } = await createSubject(options, {
        kind,
        count: 0,
        window: WINDOW,
        service: SERVICE,
      });
      for (const signal of batch.signals) {
        const parsed = signalSchemas[kind].safeParse(signal);
        expectThat(parsed.success, `a signal that does not fit: ${parsed.error?.message ?? ''}`);
        expectThat(signal.kind === kind, `a ${signal.kind} signal in an answer about ${kind}`);
        expectThat(
          signal.connectorId === connector.id,
          `connectorId ${signal.connectorId}, not ${connector.id}`,
        );
      }
    },
  },
  {
    id: 'batch-complete',
    promise: 'everything the backend holds in the window comes back when the limit allows',
    needs: 'any',
    per: 'kind',
    async run(options, kind) {
      const batch = await askFor(options, kind, ITEMS, 50);
      const isComplete = batch.signals.length === ITEMS && batch.gaps.length === 0;
      expectThat(
        isComplete,
        `the backend holds ${ITEMS} items and there are no more: ${describeAnswer(batch)}`,
      );
    },
  },
  {
    id: 'batch-window',
    promise: 'nothing outside the half-open window is returned',
    needs: 'any',
    per: 'kind',
    async run(options, kind) {
      // The vendor holds items over a window three times as long as the one asked for, on both sides of it.
      const lengthMs = WINDOW.endMs - WINDOW.startMs;
      const wide = { startMs: WINDOW.startMs - lengthMs, endMs: WINDOW.endMs + lengthMs };
      const { connector } = await createSubject(options, {
        kind,
        count: ITEMS * 3,
        window: wide,
        service: SERVICE,
      });
      const batch = expectValue(await settle(ask(connector, kind, toQuery(kind, options, { limit: 50 }))));
      for (const signal of batch.signals) {
        const all = signal.kind === 'metrics' ? signal.points.map(([atMs]) => atMs) : [signal.timestampMs];
        for (const atMs of all) {
          expectThat(
            atMs >= WINDOW.startMs && atMs < WINDOW.endMs,
            `a time ${atMs - WINDOW.startMs} ms after the start of a window of ${WINDOW.endMs - WINDOW.startMs} ms`,
          );
        }
      }
    },
  },
  {
    id: 'batch-order',
    promise: 'signals ascend in time, whatever survives the limit',
    needs: 'any',
    per: 'kind',
    async run(options, kind) {
      for (const keep of ['newest', 'oldest', 'spread'] as const) {
        const seen = times(await askFor(options, kind, ITEMS, 50, keep));
        const ascending = seen.every((atMs, index) => index === 0 || atMs >= (seen[index - 1] ?? 0));
        expectThat(ascending, `not ascending with keep: ${keep}: ${seen.join(', ')}`);
      }
    },
  },
  {
    id: 'batch-ids',
    promise: 'ids are unique in a batch, and the same when the same is asked again',
    needs: 'any',
    per: 'kind',
    async run(options, kind) {
      const first = await askFor(options, kind, ITEMS, 50);
      const second = await askFor(options, kind, ITEMS, 50);
      const ids = first.signals.map((signal) => signal.id);
      expectThat(new Set(ids).size === ids.length, `${ids.length - new Set(ids).size} ids occur twice`);
      const again = second.signals.map((signal) => signal.id);
      expectThat(ids.join() === again.join(), `other ids when asked again: ${ids[0]} and ${again[0]}`);
    },
  },
  {
    id: 'batch-provenance',
    promise: 'every signal leads to a query that ran, with its text',
    needs: 'any',
    per: 'kind',
    async run(options, kind) {
      const batch = await askFor(options, kind, ITEMS, 50);
      const known = new Set(batch.provenance.map((entry) => entry.queryId));
      for (const signal of batch.signals) {
        expectThat(known.has(signal.queryId), `queryId ${signal.queryId} is not in the provenance`);
      }
      for (const entry of batch.provenance) expectThat(entry.text.trim() !== '', 'a query without text');
    },
  },
  {
    id: 'batch-links',
    promise: 'links are absolute http(s) addresses without the token',
    needs: 'any',
    per: 'kind',
    async run(options, kind) {
      const batch = await askFor(options, kind, ITEMS, 50);
      for (const { url } of [...batch.signals, ...batch.provenance]) {
        if (url === undefined) continue;
        expectThat(URL.canParse(url) && /^https?:$/.test(new URL(url).protocol), `not a web address: ${url}`);
        expectThat(!url.includes(TOKEN), 'the token stands in a link');
      }
    },
  },
  {
    id: 'limit-declared',
    promise: 'an answer cut at the limit keeps to it and says so with a gap',
    needs: 'any',
    per: 'kind',
    async run(options, kind) {
      for (const keep of ['newest', 'oldest', 'spread'] as const) {
        const limit = 4;
        const batch = await askFor(options, kind, 9, limit, keep);
        expectThat(batch.signals.length <= limit, `${batch.signals.length} signals for a limit of ${limit}`);
        const declared = batch.gaps.some((gap) =>
          ['row-limit', 'sampled', 'byte-limit'].includes(gap.reason),
        );
        const advice = 'is one more than the limit asked for, and does the backend give more than one page?';
        expectThat(
          declared,
          `the backend was made with 9 items, limit ${limit}, keep ${keep}, no gap tells of a cut (${advice}): ${describeAnswer(batch)}`,
        );
      }
    },
  },
  {
    id: 'limit-keeps-the-asked-end',
    promise: 'with newest the newest survive, with oldest the oldest',
    needs: 'any',
    per: 'kind',
    async run(options, kind) {
      if (kind === 'metrics') return; // Series of one query share their times: there is no newest series.
      const all = times(await askFor(options, kind, 9, 50));
      for (const keep of ['newest', 'oldest'] as const) {
        const kept = times(await askFor(options, kind, 9, 3, keep));
        const expected = keep === 'newest' ? all.slice(-kept.length) : all.slice(0, kept.length);
        expectThat(
          kept.length > 0,
          `keep ${keep} kept nothing of ${all.length} items, ${toOffsets(all)} after the start of the window`,
        );
        expectThat(
          kept.join() === expected.join(),
          `keep ${keep} kept the items ${toOffsets(kept)} after the start of the window, of ${toOffsets(all)}`,
        );
      }
    },
  },
  {
    id: 'limit-spreads',
    promise: 'with spread, what survives a cut comes from the whole window',
    needs: 'any',
    per: 'kind',
    async run(options, kind) {
      if (kind === 'metrics') return; // Series of one query share their times.
      const { count, limit } = SPREAD;
      const kept = times(await askFor(options, kind, count, limit, 'spread'));
      const middleMs = (WINDOW.startMs + WINDOW.endMs) / 2;
      const early = kept.filter((atMs) => atMs < middleMs).length;
      const smaller = Math.min(early, kept.length - early);
      expectThat(
        smaller >= limit / 8,
        `of ${count} items, limit ${limit}: ${early} signals of the first half of the window came, ${kept.length - early} of the second`,
      );
    },
  },
  {
    id: 'limit-exact-fit',
    promise: 'as many items as the limit is a complete answer, without a gap',
    needs: 'any',
    per: 'kind',
    async run(options, kind) {
      const batch = await askFor(options, kind, ITEMS, ITEMS);
      const isExact = batch.signals.length === ITEMS && batch.gaps.length === 0;
      expectThat(
        isExact,
        `the backend holds ${ITEMS} items, the limit is ${ITEMS}: ${describeAnswer(batch)}`,
      );
    },
  },
  {
    id: 'empty-is-no-gap',
    promise: 'nothing found is an answer: no signals, no gaps, no error',
    needs: 'any',
    per: 'kind',
    async run(options, kind) {
      const batch = await askFor(options, kind, 0, 10);
      const isEmpty = batch.signals.length === 0 && batch.gaps.length === 0;
      expectThat(isEmpty, `the backend holds nothing: ${describeAnswer(batch)}`);
      expectThat(batch.provenance.length > 0, 'an empty answer without the query that was asked');
    },
  },
];
