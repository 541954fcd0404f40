import * as z from 'zod';
import { AnalyzerError, type AnalyzerErrorCode } from './analyzer-error.js';
import { type ModelUsage, toUsage, usageSchema } from './model-usage.js';

/** https://platform.claude.com/docs/en/api/messages */
const messageSchema = z.object({
  model: z.string(),
  content: z.array(z.object({ type: z.string(), text: z.unknown().optional() })),
  stop_reason: z.string().nullish(),
  usage: usageSchema.nullish().catch(undefined),
});
type Message = z.infer<typeof messageSchema>;

interface Stop {
  readonly code: AnalyzerErrorCode;
  readonly message: string;
}

/** Why a message that is there holds no answer to read; `end_turn` and `stop_sequence` are the ends of a whole one. */
const badStops: ReadonlyMap<string, Stop> = new Map([
  ['max_tokens', { code: 'truncated', message: 'the answer was cut off at its token limit' }],
  [
    'model_context_window_exceeded',
    { code: 'truncated', message: 'dossier and answer do not fit the context of the model' },
  ],
  ['refusal', { code: 'refused', message: 'the model declined to answer' }],
  ['tool_use', { code: 'bad-answer', message: 'the model asked for a tool, and none was offered' }],
  ['pause_turn', { code: 'bad-answer', message: 'the model paused in the middle of its answer' }],
] satisfies [string, Stop][]);

/**
 * What the model wrote, checked. Throws an `AnalyzerError`: `bad-response` when the message is none, `refused`, `truncated`,
 * or `bad-answer` when what the model wrote is of another shape; the last three hold the usage, since they are billed.
 */
export function parseAnswer<T>(
  message: unknown,
  schema: z.ZodType<T>,
): { readonly answer: T; readonly usage?: ModelUsage } {
  const parsed = messageSchema.safeParse(message);
  if (!parsed.success) {
    throw new AnalyzerError({
      code: 'bad-response',
      message: 'the server answered with something else than a message',
    });
  }
  const usage = parsed.data.usage ? toUsage(parsed.data.model, parsed.data.usage) : undefined;
  const fail = ({ code, message: why }: Stop) => new AnalyzerError({ code, message: why, usage });

  const stop = parsed.data.stop_reason ?? '';
  const badStop = badStops.get(stop);
  if (badStop !== undefined) throw fail(badStop);
  if (stop !== 'end_turn' && stop !== 'stop_sequence') {
    throw fail({ code: 'bad-answer', message: 'the answer ended for an unknown reason' });
  }
  const answer = schema.safeParse(parseJson(textOf(parsed.data)));
  if (!answer.success) throw fail({ code: 'bad-answer', message: wrongShape(answer.error) });
  return { answer: answer.data, ...(usage === undefined ? {} : { usage }) };
}

/** By type: a block of thinking may come first. */
function textOf({ content }: Message): string {
  return content.map(({ type, text }) => (type === 'text' && typeof text === 'string' ? text : '')).join('');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Names the first place that is wrong: the fields are ours, what stands in them is not. */
function wrongShape({ issues }: z.ZodError): string {
  const path = issues[0]?.path.map(String).join('.') ?? '';
  return path === '' ? 'the answer is not JSON, or no object' : `the answer has no proper \`${path}\``;
}
