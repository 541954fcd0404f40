import { expect, test } from 'vitest';
import { analyzeInput } from './__fixtures__/analyze-input.js';
import { reviewInput } from './__fixtures__/review-input.js';
import { type ModelRequest, toModelRequest } from './model-request.js';
import { REVIEW_PROMPT_VERSION } from './review-prompt.js';
import { toReviewRequest } from './review-request.js';
import { PROMPT_VERSION } from './system-prompt.js';

/** The request of an empty dossier: all that is the same for every incident. */
function emptyRequest(): ModelRequest {
  return toModelRequest({ dossier: { ...analyzeInput.dossier, text: '', citableIds: [] } });
}

async function versionOf({ model: _, output_config, ...request }: ModelRequest): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify({ ...request, format: output_config.format }));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.slice(0, 12);
}

test('the prompt version is the hash of prompt and schema: write the new one when either has changed', async () => {
  expect(PROMPT_VERSION).toBe(await versionOf(emptyRequest()));
});

test('a byte more in the prompt, the question or the schema is another version; the model is not', async () => {
  const prompt = emptyRequest();
  prompt.system += ' ';
  const question = emptyRequest();
  question.messages = question.messages.map(({ content, role }) => ({ role, content: `${content} ` }));
  const schema = emptyRequest();
  schema.output_config.format.schema['title'] = 'answer';
  const versions = await Promise.all([prompt, question, schema].map(versionOf));
  expect(new Set([...versions, PROMPT_VERSION]).size).toBe(4);
  const other = toModelRequest(
    { dossier: { ...analyzeInput.dossier, text: '', citableIds: [] } },
    { model: 'claude-sonnet-5-5' },
  );
  expect(await versionOf(other)).toBe(PROMPT_VERSION);
});

test('the second model has a version of its own, of its prompt, its question and its schema', async () => {
  const { analysis, dossier, proposal } = reviewInput;
  const empty = {
    dossier: { ...dossier, text: '', citableIds: [] },
    analysis: { ...analysis, summary: '', hypotheses: [], advice: [] },
    proposal: {
      ...proposal,
      service: '',
      target: '',
      title: '',
      steps: [],
      diff: [],
      peopleReasons: [],
      evidence: [],
    },
  };
  expect(REVIEW_PROMPT_VERSION).toBe(await versionOf(toReviewRequest(empty)));
  expect(await versionOf(toReviewRequest(empty, { model: 'claude-haiku-5-5' }))).toBe(REVIEW_PROMPT_VERSION);
  expect(REVIEW_PROMPT_VERSION).not.toBe(PROMPT_VERSION);
});
