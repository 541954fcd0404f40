import { type SignalKind, signalKinds } from '@midwatch/core';
import { describe, it } from 'vitest';
import { batchChecks } from './batch-checks.js';
import { callChecks } from './call-checks.js';
import type { ConformanceCheck } from './check.js';
import { type ConformanceOptions, createSubject, SERVICE, WINDOW } from './subject.js';
import { transportChecks } from './transport-checks.js';

/** All checks, in the order of the report. */
export const conformanceChecks: readonly ConformanceCheck[] = [
  ...batchChecks,
  ...callChecks,
  ...transportChecks,
];

/** One run of one check, ready to be registered with a test runner. */
export interface ConformanceRun {
  readonly id: string;
  readonly title: string;
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
  const skip = new Map(Object.entries(options.skip ?? {}));
  for (const [id, sentence] of skip) {
    if (!conformanceChecks.some((check) => check.id === id))
      throw new TypeError(`skip names no check: ${id}`);
    if (sentence.trim().length < 10) throw new TypeError(`skip of ${id} needs a sentence that says why`);
  }
  const kinds = await kindsOf(options);
  const runs: ConformanceRun[] = [];
  for (const check of conformanceChecks) {
    if (check.needs === 'http' && 'createWith' in options) continue;
    const sentence = skip.get(check.id);
    for (const kind of check.per === 'connector' ? kinds.slice(0, 1) : kinds) {
      runs.push({
        id: check.id,
        title:
          check.per === 'connector'
            ? `${check.id}: ${check.promise}`
            : `${check.id} (${kind}): ${check.promise}`,
        ...(sentence === undefined ? {} : { skipped: sentence }),
        run: () => check.run(options, kind),
      });
    }
  }
  return runs;
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
 * A skipped check shows its sentence in the report.
 */
export async function connectorConformance(options: ConformanceOptions): Promise<void> {
  const runs = await conformanceRuns(options);
  describe(`${options.name}: connector conformance`, () => {
    for (const { title, skipped, run } of runs) {
      if (skipped === undefined) it(title, run);
      else it.skip(`${title} - not applicable: ${skipped}`, run);
    }
  });
}
