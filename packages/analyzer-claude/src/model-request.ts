import type { AnalyzeInput } from '@midwatch/core/incident';
import { answerJsonSchema } from './answer-schema.js';
import { findModel } from './model-table.js';
import { SYSTEM_PROMPT } from './system-prompt.js';

/** Today's small model: an ordinary incident costs about a tenth of a cent. */
export const DEFAULT_MODEL = 'claude-haiku-5-5';

/** An answer takes about 1,500; the rest is for thinking, which counts. Bounds the price and the time of a runaway. */
const MAX_TOKENS = 8000;

/** The larger model: asked after the small one where that is in doubt. */
export const DEFAULT_LARGER_MODEL = 'claude-sonnet-5-5';

/** The body of one `POST /v1/messages`, and the `params` of one line of a message batch. */
export interface ModelRequest {
  model: string;
  max_tokens: number;
  system: string;
  messages: { role: 'user'; content: string }[];
  output_config: {
    effort?: 'low' | 'medium';
    format: { type: 'json_schema'; schema: Record<string, unknown> };
  };
}

export interface ModelRequestSettings {
  /** @default DEFAULT_MODEL */
  readonly model?: string;
  /** @default SYSTEM_PROMPT, whose version is `PROMPT_VERSION` */
  readonly systemPrompt?: string;
}

/**
 * Everything that leaves for the model, byte for byte, but for the headers: the fixed prompt and schema, and the dossier.
 * The same dossier gives the same request.
 */
export function toModelRequest(
  { dossier }: Pick<AnalyzeInput, 'dossier'>,
  { model = DEFAULT_MODEL, systemPrompt = SYSTEM_PROMPT }: ModelRequestSettings = {},
): ModelRequest {
  const ids = dossier.citableIds.length === 0 ? 'none' : dossier.citableIds.join(' ');
  return toRequest({
    model,
    maxTokens: MAX_TOKENS,
    system: systemPrompt,
    content: `${dossier.text}\n\nIds that may be cited: ${ids}\nName the root cause of this incident, or say that it cannot be told.`,
    schema: answerJsonSchema,
  });
}

interface Question {
  readonly model: string;
  readonly maxTokens: number;
  readonly system: string;
  readonly content: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** The one form in which any model is asked. */
export function toRequest({ model, maxTokens, system, content, schema }: Question): ModelRequest {
  const effort = findModel(model)?.effort;
  return {
    model,
    max_tokens: maxTokens,
    system,
    messages: [{ role: 'user', content }],
    output_config: {
      ...(effort === undefined ? {} : { effort }),
      format: { type: 'json_schema', schema: { ...schema } },
    },
  };
}

/** Of the whole request: UTF-8 bytes divided by 3, which is more than tokenizers make of it. */
export function estimateTokens(request: ModelRequest): number {
  return Math.ceil(new TextEncoder().encode(JSON.stringify(request)).length / 3);
}
