import { type SignalKind, signalKinds } from '@midwatch/core';
import { describe, it } from 'vitest';
import { answerChecks } from './answer-checks.js';
import { batchChecks } from './batch-checks.js';
import { callChecks } from './call-checks.js';
import type { ConformanceCheck } from './check.js';
import type { ConformanceFault } from './conformance-fault.js';
import { faultChecks } from './fault-checks.js';
import { pagingChecks } from './paging-checks.js';
import { ask, type ConformanceOptions, createSubject, SERVICE, toQuery, WINDOW } from './subject.js';
import { transportChecks } from './transport-checks.js';
import { withWatchedBackend } from './watched-backend.js';

/** All checks, in the order of the report. */
export const conformanceChecks: readonly ConformanceCheck[] = [
  ...batchChecks,
  ...answerChecks,
  ...callChecks,
  ...faultChecks,
  ...pagingChecks,
  ...transportChecks,
];

/** One run of one check, ready to be registered with a test runner. */
export interface ConformanceRun {
  readonly id: string;
  readonly kind: SignalKind;
  readonly title: string;
  /** The row of the table that it belongs to. */
  readonly fault?: ConformanceFault;
  /** The sentence given for it, when it is skipped. */
  readonly skipped?: string;
  readonly run: () => Promise<void>;
}

/**
 * Every check that applies to this connector, once for each of its kinds. Runs in Node and in workerd alike: nothing here
 * touches the network, sleeps, or draws random numbers.
 *
 * @throws TypeError when `skip` names a check that does not exist, so that a renamed check is not skipped for ever.
 */
export async function conformanceRuns(options: ConformanceOptions): Promise<readonly ConformanceRun[]> {
  const kinds = await kindsOf(options);
  const skip = readSkips(options, kinds);
  const applies = await applicability(options, kinds[0] ?? 'logs');
  return conformanceChecks.filter(applies).flatMap((check) => {
    const forStreams = 'createWith' in options ? check.notForStreams : undefined;
    const never = skip.get(check.id) ?? forStreams;
    const isOnce = check.per === 'connector' || never !== undefined;
    return (isOnce ? kinds.slice(0, 1) : kinds).map((kind) => {
      const name = isOnce ? check.id : nameOf(check.id, kind);
      const sentence = never ?? skip.get(name);
      return {
        id: check.id,
        kind,
        title: `${name}: ${check.promise}`,
        ...(check.fault === undefined ? {} : { fault: check.fault }),
        ...(sentence === undefined ? {} : { skipped: sentence }),
        run: () => withWatchedBackend(options, (watched) => check.run(watched, kind)),
      };
    });
  });
}

const nameOf = (id: string, kind: SignalKind) => `${id} (${kind})`;

function readSkips(options: ConformanceOptions, kinds: readonly SignalKind[]): ReadonlyMap<string, string> {
  const skip = new Map(Object.entries(options.skip ?? {}));
  const names = new Set(
    conformanceChecks.flatMap(({ id }) => [id, ...kinds.map((kind) => nameOf(id, kind))]),
  );
  for (const [name, sentence] of skip) {
    if (!names.has(name)) throw new TypeError(`skip names no check: ${name}`);
    if (sentence.trim().length < 10) throw new TypeError(`skip of ${name} needs a sentence that says why`);
  }
  return skip;
}

/** Which checks are about what this connector reads: HTTP, streams, or neither. */
async function applicability(
  options: ConformanceOptions,
  kind: SignalKind,
): Promise<(check: ConformanceCheck) => boolean> {
  if (!('createWith' in options)) return () => true;
  let opensStreams = false;
  const { connector } = await createSubject(
    options,
    { kind, count: 1, window: WINDOW, service: SERVICE },
    {
      stream: (content) => {
        opensStreams = true;
        return Promise.resolve(content);
      },
    },
  );
  await ask(connector, kind, toQuery(kind, options)).catch(() => undefined);
  return ({ needs }) => needs === 'any' || (needs === 'transport' && opensStreams);
}

async function kindsOf(options: ConformanceOptions): Promise<readonly SignalKind[]> {
  const { connector } = await createSubject(options, {
    kind: 'logs',
    count: 0,
    window: WINDOW,
    service: SERVICE,
  });
  const kinds = signalKinds.filter((kind) => connector.sources[kind] !== undefined);
  if (kinds.length === 0) throw new TypeError(`${connector.id} has no sources`);
  return kinds;
}

/**
 * Registers the suite with vitest. Await it at the top of a `*.conformance.test.ts` file.
 * A skipped check shows its sentence in the report; `meta.conformance` of each test tells a JSON report which check it was.
 */
export async function connectorConformance(options: ConformanceOptions): Promise<void> {
  const runs = await conformanceRuns(options);
  const runtime = navigator.userAgent === 'Cloudflare-Workers' ? 'workerd' : 'node';
  describe(`${options.name}: connector conformance`, () => {
    for (const { id, kind, title, fault, skipped, run } of runs) {
      const shown = skipped === undefined ? title : `${title} - not applicable: ${skipped}`;
      it(shown, async ({ task, skip }) => {
        Object.assign(task.meta, { conformance: { id, kind, fault, runtime, skipped } });
        if (skipped !== undefined) skip(skipped);
        await run();
      });
    }
  });
}
