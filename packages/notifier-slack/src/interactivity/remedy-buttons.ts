import type { BriefRemedy } from '@midwatch/core/incident';
import { areStepsWhole } from '../remedy-lines.js';
import { toHeader } from '../safe-text.js';
import { type PlainText, plain, type SlackButton } from './slack-buttons.js';

/** https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object */
export interface SlackConfirm {
  readonly title: PlainText;
  readonly text: PlainText;
  readonly confirm: PlainText;
  readonly deny: PlainText;
  readonly style?: 'primary' | 'danger';
}

const MAX_TITLE = 100;
const MAX_TEXT = 300;

/** SHA-256 in hex: what has another form was not in a message of ours. */
export const planPattern = /^[0-9a-f]{64}$/;

export interface SlackRemedyControlsInput {
  readonly incidentId: string;
  readonly remedy: BriefRemedy;
}

const words = {
  approve: { button: 'Approve', title: 'Do this now?', confirm: 'Approve', style: 'danger' },
  reject: { button: 'Reject', title: 'Reject this?', confirm: 'Reject' },
  undo: { button: 'Undo', title: 'Work out how to undo this?', confirm: 'Undo' },
} as const;

/**
 * What can be pressed about an action, each behind a question that says what it is about. Approve is left out where the steps do
 * not fit into the message as a whole.
 */
export function toSlackRemedyControls({
  incidentId,
  remedy,
}: SlackRemedyControlsInput): readonly SlackButton[] {
  const { choices, planId } = remedy;
  if (!planPattern.test(planId)) return [];
  return (['approve', 'reject', 'undo'] as const)
    .filter((choice) => choices.includes(choice) && (choice !== 'approve' || areStepsWhole(remedy)))
    .map((choice) => {
      const { button, confirm, title } = words[choice];
      const isDangerous = choice === 'approve';
      return {
        type: 'button',
        action_id: `midwatch-${choice}`,
        text: plain(button),
        value: `${planId} ${incidentId}`,
        ...(isDangerous ? { style: 'danger' as const } : {}),
        confirm: {
          title: plain(title.slice(0, MAX_TITLE)),
          text: plain(questionOf(choice, remedy)),
          confirm: plain(confirm),
          deny: plain('Cancel'),
          ...(isDangerous ? { style: 'danger' as const } : {}),
        },
      };
    });
}

/** The title and, where they fit, all steps: never a part of them, which would read as all. */
function questionOf(choice: keyof typeof words, { isReversible, steps, title }: BriefRemedy): string {
  const what = toHeader(title, 160) || 'An action';
  if (choice === 'reject') return `${what}. It will not be done, and cannot be approved any more.`;
  if (choice === 'undo')
    return `${what}. What undoes it is worked out for the state there is now, and offered.`;
  const end = isReversible ? 'It can be undone.' : 'It cannot be undone.';
  const listed = steps.map((step, index) => `${index + 1}. ${toHeader(step, MAX_TEXT)}`).join('\n');
  const whole = `${what}:\n${listed}\n${end}`;
  if (whole.length <= MAX_TEXT) return whole;
  return `${what}: ${steps.length === 1 ? 'the step' : `all ${steps.length} steps`} that the message lists, just so. ${end}`;
}
