/** What a person can do to an incident from its message. */
export type SlackAction =
  | { readonly kind: 'take' }
  | { readonly kind: 'look-again' }
  | { readonly kind: 'silence'; readonly minutes: number }
  | {
      readonly kind: 'settle';
      readonly judgement: 'right' | 'partly' | 'wrong';
      readonly service?: string;
      readonly cause?: string;
    }
  | { readonly kind: 'rate'; readonly score: 1 | 2 | 3 | 4 | 5 }
  | { readonly kind: 'approve' | 'reject' | 'undo'; readonly planId: string };

/** What can be pressed about an action on a system: only by whoever may approve one. */
const remedyChoices = ['approve', 'reject', 'undo'] as const;

/** How long "Silence" lasts. */
const SILENCE_MINUTES = 60;

/** The buttons by their ids: Slack gives the id back with a click, and the button's value, which is the incident's id. */
const actionsById: ReadonlyMap<string, SlackAction> = new Map<string, SlackAction>([
  ['midwatch-take', { kind: 'take' }],
  ['midwatch-look-again', { kind: 'look-again' }],
  ['midwatch-silence', { kind: 'silence', minutes: SILENCE_MINUTES }],
  ['midwatch-right', { kind: 'settle', judgement: 'right' }],
  ['midwatch-partly', { kind: 'settle', judgement: 'partly' }],
  ['midwatch-wrong', { kind: 'settle', judgement: 'wrong' }],
]);

export const RATE_ID = 'midwatch-rate';
const scores = [1, 2, 3, 4, 5] as const;

export function actionOf(actionId: string, score: string | undefined): SlackAction | undefined {
  if (actionId !== RATE_ID) return actionsById.get(actionId);
  const given = scores.find((each) => String(each) === score);
  return given === undefined ? undefined : { kind: 'rate', score: given };
}

/** By the id of the button and the plan that its value names. */
export function remedyActionOf(actionId: string, planId: string): SlackAction | undefined {
  const kind = remedyChoices.find((choice) => actionId === `midwatch-${choice}`);
  return kind === undefined ? undefined : { kind, planId };
}

/** What changes a system, and not only what is said of the incident. */
export function isAboutRemedy(
  action: SlackAction,
): action is Extract<SlackAction, { readonly planId: string }> {
  return 'planId' in action;
}

/** Where the true cause is another, the person is asked for it. */
export function asksForCause(action: SlackAction): action is SlackAction & { judgement: 'partly' | 'wrong' } {
  return action.kind === 'settle' && action.judgement !== 'right';
}
