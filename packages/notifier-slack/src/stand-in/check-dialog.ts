import * as z from 'zod';

const words = (maxLength: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(maxLength),
    emoji: z.boolean(),
  });

/** https://docs.slack.dev/reference/views/modal-views, as far as ours go. */
export const dialogSchema = z.strictObject({
  trigger_id: z.string().min(1),
  view: z.strictObject({
    type: z.literal('modal'),
    callback_id: z.string().max(255),
    private_metadata: z.string().max(3_000),
    title: words(24),
    submit: words(24),
    close: words(24),
    blocks: z
      .array(
        z.strictObject({
          type: z.literal('input'),
          block_id: z.string().max(255),
          optional: z.boolean(),
          label: words(2_000),
          hint: words(2_000),
          element: z.strictObject({
            type: z.literal('plain_text_input'),
            action_id: z.string().max(255),
            multiline: z.boolean().optional(),
            max_length: z.int().max(3_000),
          }),
        }),
      )
      .max(100),
  }),
});

export type StandInDialog = z.infer<typeof dialogSchema>;
