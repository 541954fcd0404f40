import type { ConfigurationChange } from '@midwatch/core';
import { deploySignal } from '@midwatch/testkit';
import { describe, expect, it } from 'vitest';
import { relevanceOf } from './change-relevance.js';
import { ratioOf } from './configuration-value.js';
import { themesOf, wordsOf } from './word-themes.js';

function relevance(change: ConfigurationChange, symptoms: string) {
  const words = wordsOf(symptoms);
  return relevanceOf(deploySignal('api', 'r2', 0, { changes: [change] }), { words, themes: themesOf(words) });
}

describe('a changed value explains symptoms', () => {
  it('of its theme best when it lowered a limit', () => {
    const lowered = relevance(
      { path: 'env DB_POOL_MAX', before: '100', after: '10' },
      'timed out waiting for a connection',
    );
    const raised = relevance(
      { path: 'env DB_POOL_MAX', before: '10', after: '100' },
      'timed out waiting for a connection',
    );
    const other = relevance(
      { path: 'env GREETING', before: 'hello', after: 'hi' },
      'timed out waiting for a connection',
    );
    expect(lowered).toMatchObject({ bitesUnderLoad: true, decisive: { path: 'env DB_POOL_MAX' } });
    expect(lowered.relevance).toBeGreaterThan(raised.relevance);
    expect(raised.relevance).toBeGreaterThan(other.relevance);
  });

  it.each([
    ['resources.limits.memory', '512Mi', '128Mi', 'Container was OOMKilled'],
    ['spec.replicas', '6', '2', 'upstream instances unavailable'],
    ['http.clientTimeoutMs', '5s', '500ms', 'deadline exceeded'],
    ['worker.threadPool.size', '64', '8', 'RejectedExecutionException: executor queue is full'],
    ['tls.certificate', 'a', 'b', 'x509: certificate signed by unknown authority'],
    ['UPSTREAM_URL', 'http://a', 'http://b', 'no such host'],
  ])('whatever its kind: %s', (path, before, after, symptoms) => {
    const unrelated = relevance({ path, before, after }, 'colour of the button is wrong');
    expect(relevance({ path, before, after }, symptoms).relevance).toBeGreaterThan(unrelated.relevance);
  });

  it('less than unknown code when it has nothing to do with them', () => {
    expect(relevance({ path: 'env GREETING', before: 'a', after: 'b' }, 'disk full')).toMatchObject({
      relevance: 0.3,
    });
  });
});

it('values are numbers with their units', () => {
  const ratio = (before: string | null, after: string | null) => ratioOf({ path: '', before, after });
  expect(ratio('100', '10')).toBe(0.1);
  expect(ratio('1Gi', '512Mi')).toBe(0.5);
  expect(ratio('2s', '500ms')).toBe(0.25);
  expect(ratio('1', '250m')).toBe(0.25);
  expect(ratio('v1', 'v2')).toBeUndefined();
  expect(ratio(null, '10')).toBeUndefined();
  expect(ratio('0', '10')).toBeUndefined();
});
