import type { SignalKind } from '@midwatch/core';
import {
  type ConformanceCheck,
  expectConnectorError,
  expectThat,
  expectValue,
  settle,
  settleWithin,
} from './check.js';
import { expectNothingSecret } from './fault-checks.js';
import {
  ask,
  BASE_URL,
  type ConformanceOptions,
  createSubject,
  type Intercept,
  SERVICE,
  type Subject,
  TOKEN,
  toQuery,
  WINDOW,
} from './subject.js';
import { BODY_TEXT } from './transport-fault.js';

function filled(options: ConformanceOptions, kind: SignalKind, intercept?: Intercept): Promise<Subject> {
  return createSubject(options, { kind, count: 6, window: WINDOW, service: SERVICE }, intercept);
}

async function failWith(options: ConformanceOptions, kind: SignalKind, intercept: Intercept) {
  const subject = await filled(options, kind, intercept);
  const outcome = await settleWithin(ask(subject.connector, kind, toQuery(kind, options)), 2000);
  return { ...subject, outcome };
}

/** What the transport and the mapping do with answers that are none. */
export const transportChecks: readonly ConformanceCheck[] = [
  {
    id: 'status-400',
    promise: 'HTTP 400 becomes bad-query, without token or body in the error',
    needs: 'http',
    per: 'kind',
    async run(options, kind) {
      const answer = () => new Response(`${BODY_TEXT} ${TOKEN}`, { status: 400 });
      const { outcome } = await failWith(options, kind, answer);
      expectNothingSecret(expectConnectorError(outcome, ['bad-query']));
    },
  },
  {
    id: 'retry-after',
    promise: 'Retry-After is kept, as seconds and as a date',
    needs: 'http',
    per: 'kind',
    fault: '429 with Retry-After',
    async run(options, kind) {
      const date = new Date(Date.now() + 30_000).toUTCString();
      for (const [value, minMs, maxMs] of [
        ['7', 7000, 7000],
        [date, 25_000, 31_000],
      ] as const) {
        const headers = { 'retry-after': value };
        const { outcome } = await failWith(
          options,
          kind,
          () => new Response('slow down', { status: 429, headers }),
        );
        const { retryAfterMs } = expectConnectorError(outcome, ['rate-limited']);
        const kept = retryAfterMs !== undefined && retryAfterMs >= minMs && retryAfterMs <= maxMs;
        expectThat(kept, `Retry-After: ${value} became ${retryAfterMs} ms`);
      }
    },
  },
  {
    id: 'failure-does-not-stick',
    promise: 'after a failure the same connector answers again',
    needs: 'http',
    per: 'kind',
    async run(options, kind) {
      let broken = true;
      const answer = () => (broken ? new Response('down', { status: 503 }) : undefined);
      const { connector } = await filled(options, kind, answer);
      expectConnectorError(await settle(ask(connector, kind, toQuery(kind, options))), ['unavailable']);
      broken = false;
      const batch = expectValue(await settle(ask(connector, kind, toQuery(kind, options))));
      expectThat(batch.signals.length > 0, 'nothing found after the vendor came back');
    },
  },
  {
    id: 'later-failure-is-not-silent',
    promise: 'when any later request fails, the answer has a gap or is an error',
    needs: 'http',
    per: 'kind',
    async run(options, kind) {
      const query = toQuery(kind, options, { limit: 50 });
      const whole = await filled(options, kind);
      const complete = expectValue(await settle(ask(whole.connector, kind, query)));
      for (let failing = 1; failing < Math.min(whole.sent.length, 10); failing++) {
        const answer: Intercept = (_, index) =>
          index === failing ? new Response('down', { status: 500 }) : undefined;
        const { connector } = await filled(options, kind, answer);
        const outcome = await settle(ask(connector, kind, query));
        if ('error' in outcome) expectConnectorError(outcome, ['unavailable']);
        else {
          const silent = outcome.value.gaps.length === 0;
          const same = JSON.stringify(outcome.value.signals) === JSON.stringify(complete.signals);
          expectThat(!silent || same, `request ${failing + 1} failed, other signals came, and no gap tells`);
        }
      }
    },
  },
  {
    id: 'base-path-prefix',
    promise: 'the path prefix of `baseUrl` is kept, requests are GET or POST and carry a User-Agent',
    needs: 'http',
    per: 'kind',
    async run(options, kind) {
      const { connector, sent } = await filled(options, kind);
      expectValue(await settle(ask(connector, kind, toQuery(kind, options))));
      expectThat(sent.length > 0, 'nothing was sent');
      for (const { method, url, headers } of sent) {
        expectThat(url.startsWith(`${BASE_URL}/`), `${url} leaves ${BASE_URL}`);
        expectThat(method === 'GET' || method === 'POST', `method ${method}`);
        expectThat(
          /^midwatch-|\S+\/\d/.test(headers.get('user-agent') ?? ''),
          'no User-Agent with a version',
        );
      }
    },
  },
  {
    id: 'token-in-header-only',
    promise: 'the token is sent in a header, never in an address or a body',
    needs: 'http',
    per: 'kind',
    async run(options, kind) {
      const { connector, sent } = await filled(options, kind);
      const batch = expectValue(await settle(ask(connector, kind, toQuery(kind, options))));
      for (const { url, body, headers } of sent) {
        expectThat(!url.includes(TOKEN) && !body.includes(TOKEN), 'the token stands in an address or a body');
        const inHeader = [...headers.values()].some((value) => value.includes(TOKEN));
        expectThat(inHeader, 'a request without the token');
      }
      expectThat(!JSON.stringify(batch).includes(TOKEN), 'the token stands in the answer');
    },
  },
  {
    id: 'unknown-fields',
    promise: 'fields that a newer vendor adds are tolerated',
    needs: 'http',
    per: 'kind',
    async run(options, kind) {
      if ('createWith' in options) return;
      const scenario = { kind, count: 6, window: WINDOW, service: SERVICE };
      const answer = options.backend(scenario);
      const { connector } = await filled(options, kind, async (request) => {
        const response = await answer(request);
        const value: unknown = await response
          .clone()
          .json()
          .catch(() => undefined);
        if (typeof value !== 'object' || value === null || Array.isArray(value)) return response;
        return Response.json({ ...value, addedLater: { nested: [1, null] } }, { status: response.status });
      });
      const batch = expectValue(await settle(ask(connector, kind, toQuery(kind, options))));
      expectThat(batch.signals.length > 0, 'nothing found');
    },
  },
  {
    id: 'hostile-service',
    promise: 'a service name cannot leave its quotes in a query',
    needs: 'http',
    per: 'kind',
    async run(options, kind) {
      const hostile = ['x"} or {y="', '\\', '`', '$', '{z}', '\n../../admin'].join('');
      const { connector, sent } = await createSubject(options, {
        kind,
        count: 6,
        window: WINDOW,
        service: hostile,
      });
      const query = toQuery(kind, options, { target: { service: hostile } });
      const outcome = await settle(ask(connector, kind, query));
      if ('error' in outcome) expectConnectorError(outcome, ['bad-query', 'config', 'unavailable']);
      for (const { url, body } of sent) {
        expectThat(!decodeURIComponent(new URL(url).pathname).includes('/../'), `the path climbs: ${url}`);
        const parameters = [...new URL(url).searchParams.values(), ...new URLSearchParams(body).values()];
        for (const value of parameters) {
          if (value === hostile) continue; // A parameter that is the name and nothing else has no quotes to leave.
          expectThat(!/(^|[^\\])x"\}/.test(value), `the name leaves its quotes: ${value.slice(0, 200)}`);
        }
      }
    },
  },
];
