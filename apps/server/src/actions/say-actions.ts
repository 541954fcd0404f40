import type { MidwatchConfig } from 'midwatch/config';
import type { ServerSettings } from '../environment.js';
import { allows } from '../http/index.js';

/** For whoever starts the server: what may be done to systems, and why nothing will be. */
export function sayActions(
  { remediation }: Pick<MidwatchConfig, 'remediation'>,
  { claude, slack, tokens }: Pick<ServerSettings, 'claude' | 'slack' | 'tokens'>,
): readonly string[] {
  if (remediation === undefined) return [];
  const { executors, services } = remediation;
  const on = Object.entries(services).filter(([, { isOn }]) => isOn === true);
  if (on.length === 0) return ['actions: off for every service'];
  const automatic = on.filter(([, { isAutomatic }]) => isAutomatic === true).map(([name]) => name);
  const names = on.map(([name]) => name).join(', ');
  const people = [...tokens, ...(slack?.users.values() ?? [])];
  return [
    `actions: on for ${names}, by ${executors.map(({ id }) => id).join(', ')}, behind every gate`,
    ...(automatic.length === 0 ? [] : [`actions without a person: ${automatic.join(', ')}`]),
    ...(claude === undefined ? ['actions: none can pass without a second model (no ANTHROPIC_API_KEY)'] : []),
    ...(people.some(({ name, role }) => name !== undefined && allows(role, 'approver'))
      ? []
      : ['actions: nobody can approve one (no approver with a name in MIDWATCH_TOKENS or SLACK_USERS)']),
  ];
}
