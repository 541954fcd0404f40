import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MODELS_AS_OF, type ModelFacts, models } from './model-table.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

function toRows(model: ModelFacts): readonly string[] {
  const { contextTokens, effort, forcedTools, id, prices, smallestCacheableTokens, thinking } = model;
  const count = (tokens: number | undefined) => tokens?.toLocaleString('en-US') ?? 'not known';
  const forced = forcedTools === undefined ? 'not known' : forcedTools ? 'yes' : 'no';
  return prices.map(({ cacheRead, input, output, upToInputTokens }, index) => {
    const upTo = upToInputTokens === undefined ? '' : `, prompts up to ${count(upToInputTokens)} tokens`;
    const name = `\`${id}\`${index > 0 ? ', longer prompts' : upTo}`;
    const dollars = [input, output, cacheRead].map((price) => price.toFixed(2));
    const facts = [count(contextTokens), count(smallestCacheableTokens), thinking, effort ?? '-', forced];
    return `| ${[name, ...dollars, ...facts].join(' | ')} |`;
  });
}

test('the README shows the table as it is, with its date', () => {
  expect(readme).toContain(`As of ${MODELS_AS_OF} `);
  const shown = readme
    .split('\n')
    .filter((line) => line.startsWith('| `claude-') && line.split('|').length === 11);
  expect(shown).toEqual(models.flatMap(toRows));
});

test('no model is sent sampling parameters, since none takes them', () => {
  expect(models.filter(({ sampling }) => sampling)).toEqual([]);
});
