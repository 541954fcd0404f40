import { estimateTokens, type ModelRequest, toModelRequest } from '@midwatch/analyzer-claude';
import { UsageError } from '../usage-error.js';
import type { ReadBundle } from './read-bundle.js';

/** Of one whole request. */
const MAX_TOKENS = 8_000;

/** A line of a message batch: https://platform.claude.com/docs/en/build-with-claude/batch-processing */
export interface BatchRequest {
  readonly custom_id: string;
  readonly params: ModelRequest;
}

/** What would be sent for a bundle in production, byte for byte but for the fence, which is drawn anew each time. */
export function toBatchRequest(
  { id, input }: Pick<ReadBundle, 'id' | 'input'>,
  customId: string,
  model: string,
): BatchRequest {
  const params = toModelRequest(input, { model });
  const tokens = estimateTokens(params);
  if (tokens > MAX_TOKENS)
    throw new UsageError(
      `${id}: its request takes ${tokens} estimated tokens, at most ${MAX_TOKENS} may be sent; nothing was written`,
    );
  return { custom_id: customId, params };
}

/**
 * The incidents' own ids where the API takes them, 1 to 64 of [a-zA-Z0-9_-]; else what is left of them with a part of their
 * hash. Two incidents of one id could not be told apart.
 */
export async function toCustomIds(ids: readonly string[]): Promise<readonly string[]> {
  const customIds = await Promise.all(ids.map(toCustomId));
  const twice = customIds.findIndex((id, index) => customIds.indexOf(id) !== index);
  if (twice !== -1)
    throw new UsageError(
      `two bundles have the id \`${ids[twice]}\`: give one of them another in incident.json`,
    );
  return customIds;
}

async function toCustomId(id: string): Promise<string> {
  if (/^[\w-]{1,64}$/.test(id)) return id;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(id));
  const hex = Buffer.from(digest).toString('hex');
  return `${id.replaceAll(/[^\w-]/g, '-').slice(0, 51)}-${hex.slice(0, 12)}`;
}
