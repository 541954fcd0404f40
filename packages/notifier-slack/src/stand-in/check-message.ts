import * as z from 'zod';

/** Slack's documented limits on one message. https://docs.slack.dev/reference/block-kit */
const MAX_BLOCKS = 50;
/** Undocumented; observed. */
const MAX_ALL_BLOCK_TEXT = 13_200;
/** Slack only recommends it for posts; for edits it is the limit. */
const MAX_TEXT = 4000;

const markdownText = (maxLength: number) =>
  z.strictObject({
    type: z.literal('mrkdwn'),
    text: z.string().min(1).max(maxLength),
    verbatim: z.boolean().optional(),
  });
const plainText = (maxLength: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(maxLength),
    emoji: z.boolean().optional(),
  });
const blockId = z.string().min(1).max(255).optional();

/** A kind of block that is not here is refused: extend the list together with what is sent. */
const blockSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('header'), block_id: blockId, text: plainText(150) }),
  z.strictObject({
    type: z.literal('section'),
    block_id: blockId,
    text: z.discriminatedUnion('type', [markdownText(3000), plainText(3000)]),
  }),
  z.strictObject({
    type: z.literal('context'),
    block_id: blockId,
    elements: z
      .array(z.discriminatedUnion('type', [markdownText(3000), plainText(3000)]))
      .min(1)
      .max(10),
  }),
  z.strictObject({ type: z.literal('divider'), block_id: blockId }),
  z.strictObject({
    type: z.literal('actions'),
    block_id: blockId,
    elements: z
      .array(
        z.discriminatedUnion('type', [
          z.strictObject({
            type: z.literal('button'),
            action_id: z.string().min(1).max(255),
            text: plainText(75),
            value: z.string().max(2000).optional(),
            style: z.enum(['primary', 'danger']).optional(),
            confirm: z
              .strictObject({
                title: plainText(100),
                text: plainText(300),
                confirm: plainText(30),
                deny: plainText(30),
                style: z.enum(['primary', 'danger']).optional(),
              })
              .optional(),
          }),
          z.strictObject({
            type: z.literal('static_select'),
            action_id: z.string().min(1).max(255),
            placeholder: plainText(150),
            options: z
              .array(z.strictObject({ text: plainText(75), value: z.string().min(1).max(150) }))
              .min(1)
              .max(100),
          }),
        ]),
      )
      .min(1)
      .max(25)
      .refine(
        (elements) => new Set(elements.map(({ action_id: id }) => id)).size === elements.length,
        '`action_id` already exists',
      ),
  }),
]);

const metadataSchema = z.strictObject({
  event_type: z.string().regex(/^[a-zA-Z0-9_-]{1,255}$/),
  event_payload: z.record(z.string(), z.unknown()),
});

const contentSchema = z.object({
  text: z.string().optional(),
  blocks: z.array(z.unknown()).optional(),
  metadata: metadataSchema.optional(),
});

export type StandInBlock = z.infer<typeof blockSchema>;

export interface MessageContent {
  readonly text: string;
  readonly blocks: readonly StandInBlock[];
  readonly metadata: z.infer<typeof metadataSchema> | undefined;
}

export interface Refusal {
  readonly error: string;
  readonly messages: readonly string[];
}

/** The content as Slack would take it, or the error that Slack would answer. */
export function checkMessage(body: unknown): MessageContent | Refusal {
  const parsed = contentSchema.safeParse(body);
  if (!parsed.success) {
    const isMetadata = parsed.error.issues[0]?.path[0] === 'metadata';
    return refuse(isMetadata ? 'invalid_metadata_format' : 'invalid_arguments');
  }
  const { text = '', blocks: given = [], metadata } = parsed.data;
  if (text === '' && given.length === 0) return refuse('no_text');
  if (text.length > MAX_TEXT) return refuse('msg_too_long');
  if (given.length > MAX_BLOCKS)
    return refuse('invalid_blocks', [`no more than ${MAX_BLOCKS} items allowed`]);
  const blocks = z.array(blockSchema).safeParse(given);
  if (!blocks.success) {
    const messages = blocks.error.issues.map(
      ({ path, message }) => `${message} [json-pointer:/blocks/${path.join('/')}]`,
    );
    return refuse('invalid_blocks', messages);
  }
  const ids = blocks.data.map(({ block_id: id }) => id).filter((id) => id !== undefined);
  if (new Set(ids).size < ids.length) return refuse('invalid_blocks', ['`block_id` already exists']);
  if (allTextOf(blocks.data) > MAX_ALL_BLOCK_TEXT) return refuse('msg_blocks_too_long');
  return { text, blocks: blocks.data, metadata };
}

function refuse(error: string, messages: readonly string[] = []): Refusal {
  return { error, messages };
}

function allTextOf(blocks: readonly StandInBlock[]): number {
  const lengths = blocks.map((block) => {
    if (block.type === 'divider' || block.type === 'actions') return 0;
    if (block.type !== 'context') return block.text.text.length;
    return block.elements.reduce((sum, { text }) => sum + text.length, 0);
  });
  return lengths.reduce((sum, length) => sum + length, 0);
}
