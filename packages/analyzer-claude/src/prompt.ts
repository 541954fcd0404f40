import { AnalyzerError } from './analyzer-error.js';
import { toModelRequest } from './model-request.js';
import { PROMPT_VERSION, SYSTEM_PROMPT } from './system-prompt.js';

/** A system prompt with the name that records give it. `createPrompt()` makes one. */
export interface Prompt {
  readonly text: string;
  /** As `PROMPT_VERSION`: the first 12 digits of the SHA-256 over what is the same for every incident. */
  readonly version: string;
}

/** What this package asks with. */
export const DEFAULT_PROMPT: Prompt = { text: SYSTEM_PROMPT, version: PROMPT_VERSION };

/** Ten times the own one: what is longer is a mistake, and paid for at every question. */
const MAX_LENGTH = 40_000;
/** Line breaks and tabs may stand in a prompt. */
const control = /[^\P{Cc}\n\r\t]/u;

/**
 * Of a system prompt of your own; question and schema of the answer stay. Rejects with an `AnalyzerError` of code `config` for
 * an empty text, one of more than 40,000 characters, and one that holds control characters.
 */
export async function createPrompt(text: string): Promise<Prompt> {
  if (text.trim() === '') throw configError('the prompt is empty');
  if (text.length > MAX_LENGTH) throw configError(`the prompt has more than ${MAX_LENGTH} characters`);
  if (control.test(text) || !text.isWellFormed()) throw configError('the prompt is no text');
  const empty = { dossier: { text: '', citableIds: [], omittedIds: [], estimatedTokens: 0, fence: '' } };
  const { model: _, output_config, ...request } = toModelRequest(empty, { systemPrompt: text });
  const bytes = new TextEncoder().encode(JSON.stringify({ ...request, format: output_config.format }));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const version = Array.from(digest.subarray(0, 6), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { text, version };
}

function configError(message: string): AnalyzerError {
  return new AnalyzerError({ code: 'config', message });
}
