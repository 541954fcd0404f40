import * as z from 'zod';

/** https://platform.claude.com/docs/en/api/messages/batches/results; the message is read by `parseModelMessage`. */
const lineSchema = z.object({
  custom_id: z.string(),
  result: z.discriminatedUnion('type', [
    z.object({ type: z.literal('succeeded'), message: z.unknown() }),
    z.object({ type: z.enum(['errored', 'canceled', 'expired']) }),
  ]),
});

/** What came for one request: a message, or why there is none. */
export type BatchResult = { readonly message: unknown } | { readonly failure: BatchFailureCode };
export type BatchFailureCode = 'errored' | 'canceled' | 'expired' | 'duplicate' | 'missing';

export interface BatchResults {
  /** One for each id that was asked for. */
  readonly byId: ReadonlyMap<string, BatchResult>;
  /** What is wrong with the file, a line of text each. */
  readonly problems: readonly string[];
}

/** Names in a message stay readable, and cannot steer a terminal. */
const shown = (text: string) => JSON.stringify(text.slice(0, 80));

/**
 * The lines of a batch's results, in any order, for the requests with these ids. Of an id with several results none counts:
 * nobody could tell which was meant.
 */
export function readBatchResults(text: string, asked: readonly string[]): BatchResults {
  const byId = new Map<string, BatchResult>();
  const problems: string[] = [];
  const wanted = new Set(asked);
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue;
    const parsed = lineSchema.safeParse(parseJson(line));
    if (!parsed.success) {
      problems.push(
        `line ${index + 1} is no result of a batch, and is left out: ${whatIsWrong(parsed.error)}`,
      );
      continue;
    }
    const { custom_id: id, result } = parsed.data;
    if (!wanted.has(id)) {
      problems.push(`line ${index + 1}: no incident has the custom_id ${shown(id)}`);
      continue;
    }
    if (byId.has(id)) {
      problems.push(`line ${index + 1}: another result for ${shown(id)}; none of them counts`);
      byId.set(id, { failure: 'duplicate' });
      continue;
    }
    byId.set(id, result.type === 'succeeded' ? { message: result.message } : { failure: result.type });
  }
  for (const id of asked) {
    if (byId.has(id)) continue;
    problems.push(`there is no result for ${shown(id)}`);
    byId.set(id, { failure: 'missing' });
  }
  return { byId, problems };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function whatIsWrong({ issues }: z.ZodError): string {
  const path = issues[0]?.path.map(String).join('.') ?? '';
  return path === '' ? 'it is not JSON, or no object' : `it has no proper \`${path}\``;
}
