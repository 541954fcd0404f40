import { expect, test } from 'vitest';
import { analyzeInput } from './__fixtures__/analyze-input.js';
import { type ModelRequest, toModelRequest } from './model-request.js';
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
