import type { SignalKind, SignalQuery } from '@midwatch/core';
import {
  type ConformanceCheck,
  expectConnectorError,
  expectThat,
  expectValue,
  settleWithin,
} from './check.js';
import { expectNamedGap, expectNothingSecret } from './fault-checks.js';
import { createStandInBodies, readWhole } from './stand-in-body.js';
import {
  ask,
  type ConformanceOptions,
  createCall,
  createSubject,
  type Intercept,
  type Interference,
  type OpenContent,
  SERVICE,
  type Subject,
  TOKEN,
  toQuery,
  WINDOW,
} from './subject.js';

/** Three pages of the vendor. */
const PAGED = { count: 9, pageSize: 3, window: WINDOW, service: SERVICE };
/** More requests than any honest answer to a query of nine items needs. */
const MAX_REQUESTS = 100;
const DEADLINE_MS = 150;
const SETTLE_MS = 3000;

function createPaged(
  options: ConformanceOptions,
  kind: SignalKind,
  interference?: Interference,
): Promise<Subject> {
  return createSubject(options, { kind, ...PAGED }, interference);
}

const toPath = (url: string) => new URL(url).pathname;

interface Paging {
  readonly query: SignalQuery;
  /** What went out while all was well. */
  readonly sent: Subject['sent'];
  readonly ids: readonly string[];
}

/** The first end of the window from which the connector reads in several requests. */
async function findPaging(
  options: ConformanceOptions,
  kind: SignalKind,
  isPaged: (paths: readonly string[]) => boolean,
): Promise<Paging | undefined> {
  for (const keep of ['newest', 'oldest', 'spread'] as const) {
    const query = toQuery(kind, options, { limit: 50, keep });
    const { connector, sent } = await createPaged(options, kind);
    const { signals } = expectValue(await settleWithin(ask(connector, kind, query), SETTLE_MS));
    const ids = signals.map(({ id }) => id);
    if (isPaged(sent.map(({ url }) => toPath(url)))) return { query, sent, ids };
  }
  return undefined;
}

function expectPaging(paging: Paging | undefined, what: string): asserts paging is Paging {
  const advice =
    "let the backend keep to `pageSize` with the vendor's cursor, or skip this check with the reason";
  expectThat(paging !== undefined, `${what}: ${advice}`);
}

/** What the vendor does between the first page and the last. */
export const pagingChecks: readonly ConformanceCheck[] = [
  {
    id: 'repeated-cursor',
    promise:
      'a vendor that gives the same page and cursor again and again is left, with a gap, and nothing twice',
    needs: 'transport',
    per: 'kind',
    fault: 'repeated cursor',
    notForStreams: 'A stream has no cursor: it is read from its beginning to its end.',
    async run(options, kind) {
      const repeats = (paths: readonly string[]) => new Set(paths).size < paths.length;
      const paging = await findPaging(options, kind, repeats);
      expectPaging(paging, 'no path was asked for twice');
      const pages = new Map<string, Promise<Response>>();
      let count = 0;
      const fetch: Intercept = async (request, _, honest) => {
        count += 1;
        if (count > MAX_REQUESTS) return new Response('stop', { status: 400 });
        const path = toPath(request.url);
        const page = pages.get(path) ?? honest();
        pages.set(path, page);
        return (await page).clone();
      };
      const { connector } = await createPaged(options, kind, { fetch });
      const outcome = await settleWithin(ask(connector, kind, paging.query), SETTLE_MS);
      expectThat(count <= MAX_REQUESTS, `more than ${MAX_REQUESTS} requests for ${PAGED.count} items`);
      if ('error' in outcome) {
        expectConnectorError(outcome, ['bad-response', 'unavailable']);
        return;
      }
      const { signals } = outcome.value;
      // One that comes again may have another id, where ids of equals are numbered; its time is that of no other item.
      const seen = signals.map((one) => (one.kind === 'metrics' ? one.id : one.timeUnixNano));
      expectThat(new Set(seen).size === seen.length, 'signals of the repeated page came twice');
      const ids = signals.map(({ id }) => id).join();
      expectThat(ids !== paging.ids.join(), 'the backend gives everything on its first page');
      expectNamedGap(outcome.value);
    },
  },
  {
    id: 'page-two-fails',
    promise:
      'when page 2 fails, breaks off or hangs, the rest comes with a gap, or it is an error; never silence',
    needs: 'transport',
    per: 'kind',
    fault: 'page 2 fails',
    async run(options, kind) {
      if ('createWith' in options) return breakStream(options, kind);
      const paging = await findPaging(options, kind, (paths) => paths.length > 1);
      expectPaging(paging, 'one request was all');
      const secondPage = pageTwoOf(paging.sent.map(({ url }) => toPath(url)));
      for (const fail of [
        () => new Response(`down ${TOKEN}`, { status: 500 }),
        () => Promise.reject<Response>(new TypeError(`reset by ${TOKEN}`)),
        () => new Promise<Response>(() => undefined),
      ]) {
        const fetch: Intercept = (_, index) => (index === secondPage ? fail() : undefined);
        await expectPartOrError(options, kind, { fetch }, paging);
      }
    },
  },
];

/** Which request is the second one to a path; without one, the second of all. */
function pageTwoOf(paths: readonly string[]): number {
  const again = paths.findIndex((path, index) => paths.indexOf(path) < index);
  return again < 0 ? 1 : again;
}

async function breakStream(options: ConformanceOptions, kind: SignalKind): Promise<void> {
  const whole = await createPaged(options, kind);
  const query = toQuery(kind, options, { limit: 50 });
  const { signals } = expectValue(await settleWithin(ask(whole.connector, kind, query), SETTLE_MS));
  const bodies = createStandInBodies();
  const stream: OpenContent = async (content) => {
    const bytes = await readWhole(content);
    const first = bytes.slice(0, Math.ceil(bytes.length / 2));
    return bodies.create(async (index) => (index === 0 ? first : new Error(`EIO: ${TOKEN}`)));
  };
  const ids = signals.map(({ id }) => id);
  await expectPartOrError(options, kind, { stream }, { query, ids, sent: [] });
}

async function expectPartOrError(
  options: ConformanceOptions,
  kind: SignalKind,
  interference: Interference,
  { query, ids }: Paging,
): Promise<void> {
  const { connector } = await createPaged(options, kind, interference);
  const call = createCall({ deadlineAtMs: Date.now() + DEADLINE_MS });
  const outcome = await settleWithin(ask(connector, kind, query as never, call), DEADLINE_MS + SETTLE_MS);
  if ('error' in outcome) {
    const codes = ['unavailable', 'unreachable', 'timeout', 'bad-response'] as const;
    expectNothingSecret(expectConnectorError(outcome, codes));
    return;
  }
  // What the failed request would have brought may not be missed, as where another one has told it.
  const same = outcome.value.signals.map(({ id }) => id).join() === ids.join();
  if (!same || outcome.value.gaps.length > 0) expectNamedGap(outcome.value);
}
