import type { Incident, RecordedAction, Store } from '@midwatch/core/incident';
import type * as z from 'zod';
import { type runningActionSchema, titleSchema } from './action-schemas.js';

type RunningAction = z.input<typeof runningActionSchema>;

/** So many are asked for; the newest come first, and few act at once. */
const MAX_ASKED = 25;

/**
 * What Midwatch does to a system right now, by incident: of those that burn, where an action was begun whose effect is not known. Where
 * nothing was ever proposed one question is all that is asked.
 */
export async function readRunningActions(
  { actions }: Pick<Store, 'actions'>,
  incidents: readonly Pick<Incident, 'id' | 'status'>[],
): Promise<ReadonlyMap<string, RunningAction>> {
  const asked = incidents.filter(({ status }) => status === 'firing').slice(0, MAX_ASKED);
  if (asked.length === 0 || (await actions.log.head()) === undefined) return new Map();
  const found = await Promise.all(
    asked.map(async ({ id }) => {
      const running = toRunning((await actions.listOf(id)).at(-1));
      return running === undefined ? [] : [[id, running] as const];
    }),
  );
  return new Map(found.flat());
}

const states = { begun: 'running', applied: 'watched', unknown: 'unknown' } as const;

function toRunning(action: RecordedAction | undefined): RunningAction | undefined {
  if (action === undefined || action.effect !== undefined || action.state === 'refused') return undefined;
  const { proposal, remedy, state, target } = action;
  const known = titleSchema.safeParse(proposal);
  return { state: states[state], title: known.success ? known.data.title : `${remedy} of ${target}` };
}
