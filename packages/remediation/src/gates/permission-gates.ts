import type { GateAnswer } from '@midwatch/core/incident';
import type { GateInput } from './gate-input.js';

/** The service is switched on by name. */
export function switchedOn({ settings, service }: GateInput): GateAnswer {
  const passed = settings?.isOn === true;
  return { gate: 'switched-on', passed, reason: `actions are ${passed ? 'on' : 'off'} for ${service}` };
}

/** Nobody has stopped actions; a switch that cannot be read is a stop. */
export function killSwitch({ stopped }: GateInput): GateAnswer {
  if (stopped === 'no') return { gate: 'kill-switch', passed: true, reason: 'nobody has stopped actions' };
  const reason = stopped === undefined ? 'the kill switch could not be read' : stopped.reason;
  return { gate: 'kill-switch', passed: false, reason };
}

/** The action is one that the service's team has listed; undoing a scale-up counts as one. */
export function safeList({ settings, plan }: GateInput): GateAnswer {
  const kind = plan.action.kind === 'scale-back' ? 'scale-up' : plan.action.kind;
  const passed = settings?.safeActions?.includes(kind) === true;
  return { gate: 'safe-list', passed, reason: `${kind} is ${passed ? '' : 'not '}on the safe list` };
}

/**
 * Fewer actions were begun on the service in the last day than it may have. An undo may be one of twice as many, so that every
 * action can be undone and nothing else is gained by it.
 */
export function budget(input: GateInput): GateAnswer {
  const { actionsInLastDay } = input;
  const most = mostActions(input);
  if (actionsInLastDay === undefined) {
    return { gate: 'budget', passed: false, reason: 'it is not known how many actions there were' };
  }
  const reason = `${actionsInLastDay} of ${most} actions in the last day`;
  return { gate: 'budget', passed: actionsInLastDay < most, reason };
}

export function mostActions({ settings, plan }: Pick<GateInput, 'settings' | 'plan'>): number {
  return (settings?.maxActionsPerDay ?? 1) * (plan.purpose?.undoes === undefined ? 1 : 2);
}

/** No freeze is on. A window that is none (no times, or ended before it began) counts as one that is on. */
export function freeze({ freezeWindows, nowMs }: Pick<GateInput, 'freezeWindows' | 'nowMs'>): GateAnswer {
  if (freezeWindows === undefined) {
    return { gate: 'freeze', passed: false, reason: 'the freeze windows could not be read' };
  }
  const on = freezeWindows.find(
    ({ startMs, endMs }) => !(startMs <= endMs) || (startMs <= nowMs && nowMs < endMs),
  );
  return {
    gate: 'freeze',
    passed: on === undefined,
    reason: on === undefined ? 'no freeze' : `freeze: ${on.reason}`,
  };
}

/** No other incident is open on the target: two repairs at once hide each other's effect. */
export function noOtherIncident({ otherIncidents }: GateInput): GateAnswer {
  if (otherIncidents === undefined) {
    return { gate: 'no-other-incident', passed: false, reason: 'other incidents could not be read' };
  }
  const passed = otherIncidents.length === 0;
  const reason = passed
    ? 'no other incident on the target'
    : `also open: ${otherIncidents.slice(0, 5).join(', ')}`;
  return { gate: 'no-other-incident', passed, reason };
}
