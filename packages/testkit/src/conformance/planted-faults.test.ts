import { describe, expect, it } from 'vitest';
import { createExampleConnector, exampleBackend } from './__fixtures__/example-connector.js';
import { type Mistake, plantedMistakes } from './__fixtures__/planted-mistakes.js';
import { createStreamConnector, type StreamMistake } from './__fixtures__/stream-connector.js';
import { type ConformanceFault, conformanceFaults } from './conformance-fault.js';
import { conformanceRuns } from './connector-conformance.js';
import type { ConformanceOptions } from './subject.js';

interface Failed {
  readonly fault: ConformanceFault | undefined;
  readonly text: string;
}

/** All checks side by side: each has its own connector. */
async function failingChecks(options: ConformanceOptions): Promise<readonly Failed[]> {
  const runs = (await conformanceRuns(options)).filter(({ skipped }) => skipped === undefined);
  const outcomes = await Promise.allSettled(runs.map(({ run }) => run()));
  return outcomes.flatMap((outcome, index) =>
    outcome.status === 'fulfilled'
      ? []
      : [{ fault: runs[index]?.fault, text: `${runs[index]?.id}: ${String(outcome.reason)}` }],
  );
}

const example = (mistake?: Mistake): ConformanceOptions => ({
  name: 'example',
  create: (input) => createExampleConnector(input, mistake),
  backend: exampleBackend,
});
const streams = (mistake?: StreamMistake): ConformanceOptions => ({
  name: 'streams',
  createWith: (scenario, open) => createStreamConnector(scenario, open, mistake),
});

describe('the suite itself', () => {
  it('passes an honest adapter, and an honest reader of streams', async () => {
    expect(await failingChecks(example())).toEqual([]);
    expect(await failingChecks(streams())).toEqual([]);
  });

  it.concurrent.each(plantedMistakes)('catches: %s', async (mistake) => {
    expect(await failingChecks(example(mistake))).not.toEqual([]);
  });

  it.concurrent.each<[Mistake, string]>([
    ['later-abort-is-an-answer', 'abort-later'],
    ['invalid-items-vanish', 'invalid-item'],
    ['unknown-service-is-quiet', 'unknown-service'],
    ['spread-is-newest', 'limit-spreads'],
  ])('catches %s by its own check', async (mistake, id) => {
    const failed = await failingChecks(example(mistake));
    expect(failed.map(({ text }) => text.split(':', 1)[0])).toEqual([id]);
  });

  it('says of a mistake in the backend that it is one, with what was thrown', async () => {
    const runs = await conformanceRuns({
      ...example(),
      backend: (scenario) => {
        const answer = exampleBackend(scenario);
        return (request) => {
          if (scenario.count > 0) throw new TypeError('boom');
          return answer(request);
        };
      },
    });
    const complete = runs.find(({ id }) => id === 'batch-complete');
    await expect(complete?.run()).rejects.toThrow('your backend threw: TypeError: boom');
  });

  it('shows the answers behind a gap that should not be', async () => {
    const runs = await conformanceRuns({
      ...example(),
      backend: (scenario) => {
        const answer = exampleBackend(scenario);
        return (request) =>
          request.url.includes('offset=4') ? new Response('no', { status: 404 }) : answer(request);
      },
    });
    const complete = runs.find(({ id }) => id === 'batch-complete');
    await expect(complete?.run()).rejects.toThrow(
      '4 signals with the gaps page-failure; its requests: 1. GET /some/prefix/items: 200, 2. GET /some/prefix/items: 404',
    );
  });

  it('refuses to skip a check that does not exist, or without a sentence', async () => {
    const skipping = (skip: Record<string, string>) => conformanceRuns({ ...example(), skip });
    const sentence = 'a long enough sentence';
    await expect(skipping({ 'no-such-check': sentence })).rejects.toThrow('no-such-check');
    await expect(skipping({ 'batch-ids (metrics)': sentence })).rejects.toThrow('batch-ids (metrics)');
    await expect(skipping({ 'batch-ids': 'no' })).rejects.toThrow('sentence');
    const runs = await skipping({ 'batch-ids (logs)': sentence });
    expect(runs.filter(({ skipped }) => skipped === sentence).map(({ id }) => id)).toEqual(['batch-ids']);
  });
});

describe('each of the sixteen faults', () => {
  const mistakes: Record<ConformanceFault, Mistake> = {
    hang: 'waits-past-the-deadline',
    reset: 'unreachable-is-empty',
    '401': 'status-401-is-unavailable',
    '403': 'status-401-is-unavailable',
    '404': 'status-404-is-empty',
    '429 with Retry-After': 'retry-after-lost',
    '500': 'status-500-is-empty',
    '503': 'status-503-is-bad-query',
    'HTML with 200': 'html-is-empty',
    'truncated JSON': 'html-is-empty',
    'wrong shape': 'html-is-empty',
    '100 MB body': 'reads-without-a-cap',
    'slow drip': 'waits-past-the-deadline',
    redirect: 'redirect-is-empty',
    'repeated cursor': 'follows-a-repeated-cursor',
    'page 2 fails': 'second-page-fails-silently',
  };

  it.concurrent.each(conformanceFaults)('%s: its check fails where it is not met', async (fault) => {
    const failed = await failingChecks(example(mistakes[fault]));
    expect(failed.map((each) => each.fault)).toContain(fault);
  });

  it.concurrent.each<[string, StreamMistake, readonly ConformanceFault[]]>([
    ['waits for a stream that hangs', 'waits-past-the-deadline', ['hang', 'slow drip']],
    ['leaves a stream open', 'keeps-streams-open', ['hang', 'slow drip']],
    ['takes a part for the whole', 'part-is-the-whole', ['truncated JSON', 'page 2 fails']],
    ['takes what does not open for empty', 'closed-is-empty', ['reset', '403', '404']],
    ['keeps what is too long', 'oversize-is-empty', ['100 MB body']],
  ])('a reader of streams that %s is caught', async (_, mistake, faults) => {
    const failed = await failingChecks(streams(mistake));
    expect(failed.map(({ fault }) => fault)).toEqual(expect.arrayContaining([...faults]));
  });

  it('of a status and of a cursor does not apply to streams, and says why', async () => {
    const runs = await conformanceRuns(streams());
    const skipped = runs.flatMap(({ fault, skipped: sentence }) => (sentence === undefined ? [] : [fault]));
    expect(skipped).toEqual(['401', '429 with Retry-After', '500', '503', 'redirect', 'repeated cursor']);
  });
});
