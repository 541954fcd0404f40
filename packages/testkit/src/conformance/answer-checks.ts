import type { SignalKind } from '@midwatch/core';
import { type ConformanceCheck, expectConnectorError, expectThat, expectValue, settle } from './check.js';
import { spoilItem } from './spoiled-answer.js';
import {
  ask,
  type ConformanceOptions,
  createSubject,
  type Intercept,
  SERVICE,
  type Subject,
  toQuery,
  WINDOW,
} from './subject.js';

/** No backend is made with it. */
const UNKNOWN_SERVICE = 'conformance-stranger';
const ITEMS = 6;
/** Requests of which each is answered with a spoiled item, one at a time. */
const MAX_SPOILED = 10;

function filled(options: ConformanceOptions, kind: SignalKind, intercept?: Intercept): Promise<Subject> {
  return createSubject(options, { kind, count: ITEMS, window: WINDOW, service: SERVICE }, intercept);
}

/** What becomes of answers that hold less, or other things, than was asked for. */
export const answerChecks: readonly ConformanceCheck[] = [
  {
    id: 'unknown-service',
    promise:
      'a service that the vendor has never heard of is the gap unmapped-target, not "nothing happened"',
    needs: 'any',
    per: 'kind',
    async run(options, kind) {
      const { connector } = await filled(options, kind);
      // Without the names or roles that `queries` adds: of a filter that fits nothing the service is not the reason.
      const query = toQuery(kind, {}, { target: { service: UNKNOWN_SERVICE } });
      const { gaps, signals } = expectValue(await settle(ask(connector, kind, query)));
      expectThat(
        signals.length === 0,
        `${signals.length} signals for ${UNKNOWN_SERVICE} from a backend that holds ${SERVICE} only: let both keep to the service`,
      );
      expectThat(
        gaps.some(({ reason }) => reason === 'unmapped-target'),
        `no gap unmapped-target for ${UNKNOWN_SERVICE}, but ${gaps.map(({ reason }) => reason).join() || 'an answer without gaps'}`,
      );
    },
  },
  {
    id: 'invalid-item',
    promise: 'an item that is none is told by a gap, or fails the answer; it is never dropped in silence',
    needs: 'http',
    per: 'kind',
    async run(options, kind) {
      const query = toQuery(kind, options, { limit: 50 });
      const whole = await filled(options, kind);
      const complete = expectValue(await settle(ask(whole.connector, kind, query)));
      for (let spoiled = 0; spoiled < Math.min(whole.sent.length, MAX_SPOILED); spoiled++) {
        const { connector } = await filled(options, kind, (_, index, honest) =>
          index === spoiled ? spoilItem(honest) : undefined,
        );
        const outcome = await settle(ask(connector, kind, query));
        if ('error' in outcome) {
          expectConnectorError(outcome, ['bad-response', 'unavailable']);
          continue;
        }
        const { gaps, signals } = outcome.value;
        const isLess = signals.length < complete.signals.length;
        const seen = `${signals.length} signals of ${complete.signals.length}`;
        expectThat(
          !isLess || gaps.length > 0,
          `one item of answer ${spoiled + 1} was none: ${seen} came, no gap tells`,
        );
      }
    },
  },
];
