import * as z from 'zod';
import type { SlackAction } from './slack-action.js';

export const OUTCOME_CALLBACK = 'midwatch-outcome';

const SERVICE_BLOCK = 'service';
const CAUSE_BLOCK = 'cause';
const INPUT_ID = 'text';
const MAX_SERVICE = 200;
const MAX_CAUSE = 2_000;

const metadataSchema = z.strictObject({ incidentId: z.string(), judgement: z.enum(['partly', 'wrong']) });

/** By the id of the block: Slack shows it under the field. */
export type SubmissionProblem = Readonly<Record<string, string>>;

/** Asks what it truly was. https://docs.slack.dev/reference/views/modal-views */
export function toOutcomeModal(incidentId: string, judgement: 'partly' | 'wrong'): object {
  const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });
  const input = (blockId: string, label: string, element: object, hint: string) => ({
    type: 'input',
    block_id: blockId,
    optional: blockId === SERVICE_BLOCK,
    label: plain(label),
    hint: plain(hint),
    element: { type: 'plain_text_input', action_id: INPUT_ID, ...element },
  });
  return {
    type: 'modal',
    callback_id: OUTCOME_CALLBACK,
    private_metadata: JSON.stringify({ incidentId, judgement }),
    title: plain('What was it?'),
    submit: plain('Save'),
    close: plain('Cancel'),
    blocks: [
      input(SERVICE_BLOCK, 'Service at fault', { max_length: MAX_SERVICE }, 'As your dashboards name it'),
      input(
        CAUSE_BLOCK,
        judgement === 'partly' ? 'What was missing' : 'The true cause',
        { multiline: true, max_length: MAX_CAUSE },
        'One or two sentences: the next analysis of the like reads them',
      ),
    ],
  };
}

type Values = Readonly<
  Record<string, Readonly<Record<string, { readonly value?: string | null | undefined }>>>
>;

/** What was typed; `undefined` for a dialog that is not one of ours. */
export function parseOutcomeSubmission(
  metadata: string,
  values: Values,
):
  | { readonly incidentId: string; readonly action: SlackAction }
  | { readonly problem: SubmissionProblem }
  | undefined {
  const known = metadataSchema.safeParse(parseJson(metadata));
  if (!known.success) return undefined;
  const { incidentId, judgement } = known.data;
  const typed = (block: string) => values[block]?.[INPUT_ID]?.value?.trim() ?? '';
  const [service, cause] = [typed(SERVICE_BLOCK), typed(CAUSE_BLOCK)];
  if (cause === '') return { problem: { [CAUSE_BLOCK]: 'Say in a sentence what it was' } };
  if (cause.length > MAX_CAUSE) return { problem: { [CAUSE_BLOCK]: `At most ${MAX_CAUSE} characters` } };
  if (service.length > MAX_SERVICE)
    return { problem: { [SERVICE_BLOCK]: `At most ${MAX_SERVICE} characters` } };
  const action = { kind: 'settle', judgement, cause, ...(service === '' ? {} : { service }) } as const;
  return { incidentId, action };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
