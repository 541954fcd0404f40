import type { ChangeFinding, Evidence, Finding } from '@midwatch/core/incident';
import type { PurposefulPlan } from './proposal.js';

/** What a deploy breaks shows within this time, or it takes a person to see that it is the deploy. */
const MAX_BEFORE_ONSET_MS = 2 * 3_600_000;

/**
 * What speaks against an action that nobody has looked at; empty: nothing does. Whoever can write log lines, spans and events of a
 * service can make it the suspect; its metrics are measured by somebody else. And a change from long before is easily only near.
 */
export function whyAPerson({ action, purpose }: PurposefulPlan, { findings }: Evidence): readonly string[] {
  const { deployId, service } = purpose;
  const isMeasured = findings.some((finding) => isLastingShift(finding) && finding.service === service);
  const reasons = isMeasured ? [] : [`no metric of ${service} shows it now`];
  if (action.kind !== 'rollback') return reasons;
  const change = findings.find((finding) => isChange(finding) && finding.deploy.id === deployId);
  const { beforeOnsetMs = -1 } = change?.kind === 'change' ? change : {};
  const isNear = beforeOnsetMs >= 0 && beforeOnsetMs <= MAX_BEFORE_ONSET_MS;
  return isNear ? reasons : [...reasons, 'the deploy was not in the two hours before it began'];
}

const isChange = (finding: Finding): finding is ChangeFinding => finding.kind === 'change';
const isLastingShift = (finding: Finding) => finding.kind === 'metric-shift' && finding.lasting;
