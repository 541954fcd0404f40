import type {
  ActionEffect,
  ActionLogHead,
  ActionStore,
  EndAction,
  Proposal,
  Store,
} from '@midwatch/core/incident';

/** What became of actions, in this process. */
export type ActionEvent =
  | { readonly type: 'begun'; readonly remedy: Proposal['remedy'] }
  | { readonly type: 'ended'; readonly outcome: EndAction['outcome'] }
  | { readonly type: 'judged'; readonly effect: ActionEffect }
  /** The log has grown: this is what to keep of it elsewhere. */
  | { readonly type: 'logged'; readonly head: ActionLogHead };

/** The same store, with whatever is done to its actions told as well. What `onEvent` throws is a mistake in the program. */
export function followActions(store: Store, onEvent: (event: ActionEvent) => void): Store {
  const { actions } = store;

  /** What was written stands, also when its head cannot be read now: the next one tells more. */
  async function tellHead(): Promise<void> {
    const head = await actions.log.head().catch(() => undefined);
    if (head !== undefined) onEvent({ type: 'logged', head });
  }

  const followed: ActionStore = {
    ...actions,
    async begin(request) {
      const answer = await actions.begin(request);
      if (answer === 'begun') {
        onEvent({ type: 'begun', remedy: request.proposal.remedy });
        await tellHead();
      }
      return answer;
    },
    async end(request) {
      const isEnded = await actions.end(request);
      if (isEnded) {
        onEvent({ type: 'ended', outcome: request.outcome });
        await tellHead();
      }
      return isEnded;
    },
    async recordEffect(request) {
      const isRecorded = await actions.recordEffect(request);
      if (isRecorded) {
        onEvent({ type: 'judged', effect: request.effect });
        await tellHead();
      }
      return isRecorded;
    },
    log: {
      ...actions.log,
      async append(entries, nowMs) {
        await actions.log.append(entries, nowMs);
        if (entries.length > 0) await tellHead();
      },
    },
  };
  return { ...store, actions: followed };
}
