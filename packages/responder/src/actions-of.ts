import type { ActionStore } from '@midwatch/core/incident';

export function actionsOf(store: object): ActionStore {
  return (store as { readonly actions: ActionStore }).actions;
}
