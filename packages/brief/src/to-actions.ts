import type { BriefAction, BriefInput, ChangeFinding, Finding } from '@midwatch/core/incident';
import { toCommand } from './command.js';
import { sayName } from './plain-text.js';

const MAX_ACTIONS = 4;

/** The advice with its command, safest first. */
export function toActions(
  { analysis }: BriefInput,
  findings: ReadonlyMap<string, Finding>,
): readonly BriefAction[] {
  return analysis.advice.slice(0, MAX_ACTIONS).map((advice) => {
    const found = advice.change === undefined ? undefined : findings.get(advice.change);
    const change = found?.kind === 'change' ? found : undefined;
    const command = toCommand(advice, change);
    return {
      action: advice.action,
      title: actionTitle(advice.action, advice.service, change),
      reason: advice.reason,
      ...(command === undefined ? {} : { command }),
      evidence: advice.evidence,
    };
  });
}

function actionTitle(
  action: BriefAction['action'],
  service: string,
  change: ChangeFinding | undefined,
): string {
  const { rollback, previousVersion, previousRevision } = change?.deploy ?? {};
  const target = rollback?.toVersion ?? previousVersion ?? rollback?.toRevision ?? previousRevision;
  const name = sayName(service);
  const titles = {
    rollback: target === undefined ? `Roll ${name} back` : `Roll ${name} back to ${sayName(target)}`,
    restart: `Restart ${name}`,
    'scale-up': `Scale ${name} up`,
    'config-change': `Change the configuration of ${name}`,
    'traffic-shift': `Shift traffic away from ${name}`,
    investigate: `Look at ${name}`,
  } as const;
  return titles[action];
}
