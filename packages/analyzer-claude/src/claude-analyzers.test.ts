import { expect, test } from 'vitest';
import { createClaudeAnalyzers } from './claude-analyzers.js';

test.each([
  [{}, ['claude-haiku-5-5', 'claude-sonnet-5-5']],
  [{ model: 'vendor/small', largerModel: 'vendor/large' }, ['vendor/small', 'vendor/large']],
  [{ largerModel: 'none' }, ['claude-haiku-5-5', undefined]],
  [{ model: 'claude-sonnet-5-5' }, ['claude-sonnet-5-5', undefined]],
  [{ model: undefined, largerModel: undefined }, ['claude-haiku-5-5', 'claude-sonnet-5-5']],
])('%j asks %j', (given, asked) => {
  const { analyzer, largerAnalyzer } = createClaudeAnalyzers({ token: 'key', ...given });
  expect([analyzer.model, largerAnalyzer?.model]).toEqual(asked);
});
