import { expect, test } from 'vitest';
import { analyzeInput } from './__fixtures__/analyze-input.js';
import { toModelRequest } from './model-request.js';
import { PROMPT_VERSION } from './system-prompt.js';

test('the prompt version is the hash of prompt and schema: write the new one when either has changed', async () => {
  const empty = { ...analyzeInput.dossier, text: '', citableIds: [] };
  const { model: _, output_config, ...request } = toModelRequest({ dossier: empty });
  const bytes = new TextEncoder().encode(JSON.stringify({ ...request, format: output_config.format }));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  expect(PROMPT_VERSION).toBe(hex.slice(0, 12));
});
