import { ConnectorError, type Gap } from '@midwatch/core';
import type { QueryParameters } from '@midwatch/core/http';
import * as z from 'zod';
import type { Listing } from './kubernetes-api.js';

/** A list, or the `Status` that stands for a list whose token has expired. */
export const listPageSchema = z.object({
  items: z.array(z.unknown()).nullish(),
  metadata: z.object({ continue: z.string().nullish(), remainingItemCount: z.number().nullish() }).nullish(),
});
export type ListPage = z.infer<typeof listPageSchema>;

export interface PageReader<T> {
  /** What is listed, for gaps: `pods`. */
  readonly what: string;
  readonly connectorId: string;
  readonly schema: z.ZodType<T>;
  readonly requestPage: (paging: QueryParameters) => Promise<{ status: number; body: ListPage }>;
}

/** A pod is some 8 KB: a page stays around 2 MB. */
const PAGE_SIZE = 250;
/** A list comes in the order of names, so that nothing says which pages matter. */
const MAX_PAGES = 4;

/**
 * Reads a list to its end, or says what is missing. A token that has expired (410) is replaced by the one that came with the
 * refusal, else the list is begun again, once.
 */
export async function readPages<T>(reader: PageReader<T>): Promise<Listing<T>> {
  const { what, connectorId } = reader;
  const found = new Map<string, unknown>();
  const gaps: Gap[] = [];
  let token: string | undefined;
  let restarts = 0;
  for (let page = 1; ; page++) {
    const answer = await readPage(reader, token);
    if ('failure' in answer) {
      gaps.push(failureGap(what, answer.failure));
      break;
    }
    const { status, body } = answer;
    const next = body.metadata?.continue || undefined;
    if (status === 410) {
      restarts += 1;
      if (restarts > 1) {
        gaps.push({ reason: 'page-failure', detail: `the list of ${what} expired twice while it was read` });
        break;
      }
      // What was read stays; objects that are met again replace themselves.
      token = next;
      continue;
    }
    if (body.items === undefined) {
      const message = `no \`items\` in the list of ${what}`;
      throw new ConnectorError({ code: 'bad-response', connectorId, message });
    }
    for (const item of body.items ?? []) found.set(keyOf(item, found.size), item);
    if (next === undefined) break;
    if (page >= MAX_PAGES || next === token) {
      const count = Math.max(1, body.metadata?.remainingItemCount ?? 1);
      const detail = `${what} beyond ${found.size}, in the order of names`;
      gaps.push({ reason: 'row-limit', missing: { count, exact: false }, detail });
      break;
    }
    token = next;
  }
  return withoutInvalid(reader, [...found.values()], gaps);
}

type PageAnswer = { status: number; body: ListPage } | { failure: ConnectorError };

/** Without a first page there is no answer; a later one that fails leaves what was read. */
async function readPage<T>({ requestPage }: PageReader<T>, token: string | undefined): Promise<PageAnswer> {
  try {
    return await requestPage({ limit: PAGE_SIZE, continue: token });
  } catch (error) {
    if (token === undefined || !ConnectorError.is(error) || error.code === 'aborted') throw error;
    return { failure: error };
  }
}

function failureGap(what: string, { code }: ConnectorError): Gap {
  const reason = code === 'timeout' ? 'deadline' : 'page-failure';
  return { reason, detail: `later pages of ${what} could not be read: ${code}` };
}

const keyedSchema = z.object({ metadata: z.object({ uid: z.string().min(1) }) });

function keyOf(item: unknown, index: number): string {
  return keyedSchema.safeParse(item).data?.metadata.uid ?? `#${index}`;
}

/** Items are read one by one, so that an odd one does not hide the others. */
function withoutInvalid<T>(
  { what, schema }: PageReader<T>,
  items: readonly unknown[],
  gaps: readonly Gap[],
): Listing<T> {
  const parsed = items.map((item) => schema.safeParse(item));
  const valid = parsed.flatMap((result) => (result.success ? [result.data] : []));
  const count = items.length - valid.length;
  if (count === 0) return { items: valid, gaps };
  const detail = `${what} of a shape that is not understood`;
  return {
    items: valid,
    gaps: [...gaps, { reason: 'invalid-item', missing: { count, exact: true }, detail }],
  };
}
