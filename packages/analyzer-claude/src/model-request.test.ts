import { expect, test } from 'vitest';
import { analyzeInput } from './__fixtures__/analyze-input.js';
import { openObjects, shapeOf, shapeOfChecked } from './__fixtures__/schema-shape.js';
import { answerJsonSchema, answerSchema } from './answer-schema.js';
import { estimateTokens, toModelRequest } from './model-request.js';

test('the request, byte for byte', async () => {
  const request = toModelRequest(analyzeInput);
  await expect(`${JSON.stringify(request, null, 2)}\n`).toMatchFileSnapshot(
    '__fixtures__/model-request.json',
  );
});

test('the order is what never changes, what changes by incident, the question; nothing is marked for a cache', () => {
  const request = toModelRequest(analyzeInput);
  expect(Object.keys(request)).toEqual(['model', 'max_tokens', 'system', 'messages', 'output_config']);
  const [message] = request.messages;
  expect(request.messages).toHaveLength(1);
  expect(message?.content.startsWith(`${analyzeInput.dossier.text}\n\nIds that may be cited: `)).toBe(true);
  expect(request.system).not.toContain(analyzeInput.dossier.fence);
  expect(JSON.stringify(request)).not.toContain('cache_control');
});

test('prompt, schema and 80 ids leave a dossier of 6,000 estimated tokens its room in 8,000', () => {
  const citableIds = Array.from({ length: 80 }, (_, index) => `T${index}`);
  const request = toModelRequest({ dossier: { ...analyzeInput.dossier, text: '', citableIds } });
  // As everywhere, a token is estimated at 3 bytes, of the JSON that travels; the dossier counts its own escapes.
  expect(estimateTokens(request)).toBeLessThan(2000);
});

test('the schema that is asked for and the one that is checked are the same', () => {
  expect(shapeOf(answerJsonSchema)).toEqual(shapeOfChecked(answerSchema));
});

test('every object of the schema is closed and needs all of its properties', () => {
  expect(openObjects(answerJsonSchema)).toEqual([]);
});

test('effort goes only to models that take it', () => {
  const effort = (model: string) => toModelRequest(analyzeInput, { model }).output_config.effort;
  expect(
    ['claude-haiku-5-5', 'claude-sonnet-5-5', 'claude-haiku-4-5-20251001', 'vendor/other'].map(effort),
  ).toEqual(['low', 'medium', undefined, undefined]);
});

test('a dossier without findings leaves nothing to cite', () => {
  const { messages } = toModelRequest({ dossier: { ...analyzeInput.dossier, citableIds: [] } });
  expect(messages[0]?.content).toContain('Ids that may be cited: none');
});

test('two requests share no object: changing one leaves the other as it was', () => {
  const before = JSON.stringify(toModelRequest(analyzeInput));
  const request = toModelRequest(analyzeInput);
  request.output_config.format.schema['type'] = 'array';
  request.messages.length = 0;
  expect(JSON.stringify(toModelRequest(analyzeInput))).toBe(before);
});
