import type { SignalBatchV1, SignalKind } from '@midwatch/core';
import {
  type ConformanceCheck,
  describe,
  expectConnectorError,
  expectThat,
  expectValue,
  settle,
  settleWithin,
} from './check.js';
import {
  ask,
  type ConformanceOptions,
  createCall,
  createSubject,
  type HttpConformanceOptions,
  SERVICE,
  type Subject,
  toQuery,
  WINDOW,
} from './subject.js';

/** More requests than any honest answer to a query of ten items needs. */
const MAX_REQUESTS = 100;

function filled(
  options: ConformanceOptions,
  kind: SignalKind,
  intercept?: Parameters<typeof createSubject>[2],
): Promise<Subject> {
  return createSubject(options, { kind, count: 6, window: WINDOW, service: SERVICE }, intercept);
}

function isSameAnswer(one: SignalBatchV1<SignalKind>, other: SignalBatchV1<SignalKind>): boolean {
  return JSON.stringify([one.signals, one.gaps]) === JSON.stringify([other.signals, other.gaps]);
}

const never = () => new Promise<Response>(() => undefined);

/** How a connector treats its caller: input, cancellation, deadlines, calls side by side. */
export const callChecks: readonly ConformanceCheck[] = [
  {
    id: 'create-without-io',
    promise: 'making a connector sends nothing',
    needs: 'http',
    per: 'connector',
    async run(options, kind) {
      const { connector, sent } = await filled(options, kind);
      await Promise.resolve();
      expectThat(sent.length === 0, `${sent.length} requests before anything was asked`);
      expectThat(connector.specVersion === 'v1' && connector.id !== '', 'no specVersion v1 or no id');
    },
  },
  {
    id: 'input-not-mutated',
    promise: 'the query and its target are only read',
    needs: 'any',
    per: 'kind',
    async run(options, kind) {
      const { connector } = await filled(options, kind);
      const query = toQuery(kind, options);
      Object.freeze(query);
      Object.freeze(query.target);
      Object.freeze(query.window);
      const before = JSON.stringify(query);
      expectValue(await settle(ask(connector, kind, query)));
      expectThat(JSON.stringify(query) === before, 'the query was changed');
    },
  },
  {
    id: 'abort-before',
    promise: 'a call that is already aborted sends nothing and rejects as aborted',
    needs: 'any',
    per: 'kind',
    async run(options, kind) {
      const { connector, sent } = await filled(options, kind);
      const call = createCall({ signal: AbortSignal.abort() });
      const outcome = await settleWithin(ask(connector, kind, toQuery(kind, options), call), 200);
      expectConnectorError(outcome, ['aborted']);
      expectThat(sent.length === 0, `${sent.length} requests after the abort`);
    },
  },
  {
    id: 'abort-during',
    promise: 'an abort during the call rejects as aborted within 200 ms',
    needs: 'http',
    per: 'kind',
    async run(options, kind) {
      const controller = new AbortController();
      const { connector } = await filled(options, kind, () => {
        queueMicrotask(() => controller.abort());
        return never();
      });
      const call = createCall({ signal: controller.signal });
      const outcome = await settleWithin(ask(connector, kind, toQuery(kind, options), call), 400);
      expectConnectorError(outcome, ['aborted']);
    },
  },
  {
    id: 'abort-later',
    promise:
      'an abort during any later request rejects as aborted, too: what was read until then is no answer',
    needs: 'http',
    per: 'kind',
    async run(options, kind) {
      const query = toQuery(kind, options, { limit: 50 });
      const paged = { kind, count: 9, pageSize: 3, window: WINDOW, service: SERVICE };
      const whole = await createSubject(options, paged);
      const complete = expectValue(await settleWithin(ask(whole.connector, kind, query), 2000));
      for (let aborted = 1; aborted < Math.min(whole.sent.length, 10); aborted++) {
        const controller = new AbortController();
        const { connector } = await createSubject(options, paged, (_, index) => {
          if (index !== aborted) return undefined;
          queueMicrotask(() => controller.abort());
          return never();
        });
        const call = createCall({ signal: controller.signal });
        const outcome = await settleWithin(ask(connector, kind, query, call), 1000);
        // A request that only tidies up, as one that closes a cursor, may come after all has been read.
        if ('value' in outcome && isSameAnswer(outcome.value, complete)) continue;
        expectThat('error' in outcome, `resolved, though the caller gave up at request ${aborted + 1}`);
        expectConnectorError(outcome, ['aborted']);
      }
    },
  },
  {
    id: 'parallel-calls',
    promise: 'two calls side by side answer as two calls in turn',
    needs: 'any',
    per: 'kind',
    async run(options, kind) {
      const { connector } = await filled(options, kind);
      const whole = toQuery(kind, options, { limit: 50 });
      const halfMs = (WINDOW.endMs - WINDOW.startMs) / 2;
      const half = { ...whole, window: { startMs: WINDOW.startMs, endMs: WINDOW.startMs + halfMs } };
      const [first, second] = await Promise.all([ask(connector, kind, whole), ask(connector, kind, half)]);
      // Asked of fresh connectors, so that an answer kept from the first call shows.
      const firstAlone = await ask((await filled(options, kind)).connector, kind, whole);
      const secondAlone = await ask((await filled(options, kind)).connector, kind, half);
      for (const [together, alone] of [
        [first, firstAlone],
        [second, secondAlone],
      ] as const) {
        const ids = together.signals.map((signal) => signal.id).join();
        expectThat(
          ids === alone.signals.map((signal) => signal.id).join(),
          'calls side by side changed each other',
        );
      }
    },
  },
  {
    id: 'requests-bounded',
    promise: 'a vendor that repeats its page for ever does not keep the connector asking',
    needs: 'http',
    per: 'kind',
    async run(options, kind) {
      // The vendor's answer to each path is frozen at the first one, cursors included.
      const { backend } = options as HttpConformanceOptions;
      const answer = backend({ kind, count: 9, window: WINDOW, service: SERVICE });
      const pages = new Map<string, Response>();
      const subject = await filled(options, kind, async (request) => {
        if (subject.sent.length > MAX_REQUESTS) return new Response('stop', { status: 400 });
        const { pathname } = new URL(request.url);
        const page = pages.get(pathname) ?? (await answer(request));
        pages.set(pathname, page);
        return page.clone();
      });
      await settle(ask(subject.connector, kind, toQuery(kind, options, { limit: 5 })));
      expectThat(subject.sent.length <= MAX_REQUESTS, `${subject.sent.length} requests for five items`);
    },
  },
  {
    id: 'health-is-a-value',
    promise: 'an unhealthy vendor is a value, not an error',
    needs: 'http',
    per: 'connector',
    async run(options, kind) {
      const answers = [
        () => new Response('no', { status: 500 }),
        () => new Response('no', { status: 401 }),
        () => new Response('<html>sign in</html>', { headers: { 'content-type': 'text/html' } }),
        () => Promise.reject<Response>(new TypeError('fetch failed')),
      ];
      for (const answer of answers) {
        const { connector } = await filled(options, kind, answer);
        const outcome = await settleWithin(connector.checkHealth(createCall()), 1000);
        if ('error' in outcome) expectThat(false, `checkHealth rejected with ${describe(outcome.error)}`);
        else
          expectThat(
            outcome.value.state !== 'healthy',
            'healthy, though the vendor answers with errors only',
          );
      }
    },
  },
  {
    id: 'health-aborts',
    promise: 'an abort ends a health check',
    needs: 'http',
    per: 'connector',
    async run(options, kind) {
      const controller = new AbortController();
      const { connector } = await filled(options, kind, () => {
        queueMicrotask(() => controller.abort());
        return never();
      });
      const outcome = await settleWithin(
        connector.checkHealth(createCall({ signal: controller.signal })),
        400,
      );
      expectConnectorError(outcome, ['aborted']);
    },
  },
];
