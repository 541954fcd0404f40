import type * as z from 'zod';
import { ConnectorError } from '../connector/connector-error.js';
import { toIssuePlace } from '../connector/issue-place.js';

interface JsonBody<T> {
  readonly text: string;
  readonly contentType: string | null;
  readonly schema: z.ZodType<T>;
  readonly connectorId: string;
  readonly path: string;
}

/** A body as what the schema says, or `bad-response` without a word of the body. */
export function parseJsonBody<T>({ text, contentType, schema, connectorId, path }: JsonBody<T>): T {
  const fail = (what: string) =>
    new ConnectorError({ code: 'bad-response', connectorId, message: `${what} from ${path}` });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the body. A proxy's login page comes with 200.
    const html = contentType?.includes('html') === true || /^\s*<(!doctype|html)/i.test(text);
    throw fail(html ? 'HTML instead of JSON (a login page or a proxy?)' : 'not JSON');
  }
  const parsed = safeParse(schema, value);
  if (parsed?.success === true) return parsed.data;
  const place = parsed === undefined ? undefined : toIssuePlace(parsed.error);
  throw fail(`JSON of another shape${place === undefined ? '' : ` (${place})`}`);
}

/** `undefined` when the schema itself threw, as a transform may on a value it did not foresee. */
function safeParse<T>(schema: z.ZodType<T>, value: unknown): z.ZodSafeParseResult<T> | undefined {
  try {
    return schema.safeParse(value);
  } catch {
    return undefined;
  }
}
