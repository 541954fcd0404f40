import type { ActionLogHead } from '@midwatch/core/incident';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { ActionEvent } from '../actions/index.js';

export interface ActionMeasures {
  acted(event: ActionEvent): void;
  /** Of the store, when it is asked; nothing is known without an answer. */
  showLog(head: ActionLogHead | undefined): void;
}

/** What was done to systems. The head's hash is in the log and in the API: as a label it would be a new series each time. */
export function createActionMeasures(registers: Registry[]): ActionMeasures {
  const begun = new Counter({
    name: 'midwatch_actions_begun_total',
    help: 'Actions on systems that were begun by this process, by what they are',
    labelNames: ['remedy'],
    registers,
  });
  const ended = new Counter({
    name: 'midwatch_actions_ended_total',
    help: 'What came of them: applied, refused, or unknown, which is looked up again',
    labelNames: ['outcome'],
    registers,
  });
  const effects = new Counter({
    name: 'midwatch_action_effects_total',
    help: 'Whether an action that was applied helped: success, no-effect, or worse',
    labelNames: ['effect'],
    registers,
  });
  const entries = new Gauge({
    name: 'midwatch_action_log_entries',
    help: 'Entries of the action log, which only grows: one that shrinks was cut',
    registers,
  });
  return {
    acted(event) {
      if (event.type === 'begun') begun.inc({ remedy: event.remedy });
      if (event.type === 'ended') ended.inc({ outcome: event.outcome });
      if (event.type === 'judged') effects.inc({ effect: event.effect });
    },
    showLog: (head) => entries.set(head?.number ?? 0),
  };
}
