import type { SlackConfirm } from './remedy-buttons.js';
import { RATE_ID } from './slack-action.js';

export interface PlainText {
  readonly type: 'plain_text';
  readonly text: string;
  readonly emoji: false;
}

/** https://docs.slack.dev/reference/block-kit/block-elements/button-element */
export interface SlackButton {
  readonly type: 'button';
  readonly action_id: string;
  readonly text: PlainText;
  /** The incident's id; for an action on a system its plan's before it. */
  readonly value: string;
  readonly style?: 'primary' | 'danger';
  /** Asked before the press counts. */
  readonly confirm?: SlackConfirm;
}

/** https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element */
export interface SlackSelect {
  readonly type: 'static_select';
  readonly action_id: string;
  readonly placeholder: PlainText;
  readonly options: readonly { readonly text: PlainText; readonly value: string }[];
}

export type SlackControl = SlackButton | SlackSelect;

export interface SlackControlsInput {
  readonly incidentId: string;
  readonly isResolved: boolean;
  /** A model still reads: there is nothing to judge yet. */
  readonly isPending: boolean;
}

export const plain = (text: string): PlainText => ({ type: 'plain_text', text, emoji: false });

/**
 * What can be pressed under a message: while it burns, to take it, to have it looked at again and to silence it; whether the
 * analysis was right; once it is over, how useful it was.
 */
export function toSlackControls({
  incidentId,
  isPending,
  isResolved,
}: SlackControlsInput): readonly SlackControl[] {
  const button = (id: string, text: string): SlackButton => ({
    type: 'button',
    action_id: `midwatch-${id}`,
    text: plain(text),
    value: incidentId,
  });
  const burning = [
    { ...button('take', 'I am on it'), style: 'primary' as const },
    button('look-again', 'Look again'),
    button('silence', 'Silence 1 h'),
  ];
  const judging = [button('right', 'This was it'), button('partly', 'Partly'), button('wrong', 'Wrong')];
  const rating: SlackSelect = {
    type: 'static_select',
    action_id: RATE_ID,
    placeholder: plain('How useful was this?'),
    options: ratings.map(([score, words]) => ({
      text: plain(`${score}: ${words}`),
      value: `${score} ${incidentId}`,
    })),
  };
  return [...(isResolved ? [] : burning), ...(isPending ? [] : judging), ...(isResolved ? [rating] : [])];
}

const ratings = [
  [5, 'all that I needed'],
  [4, 'helped a lot'],
  [3, 'helped'],
  [2, 'helped little'],
  [1, 'useless'],
] as const;
