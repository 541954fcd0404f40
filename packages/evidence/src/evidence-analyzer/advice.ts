import type { Advice, Finding } from '@midwatch/core/incident';
import { cut } from '../wording/quote.js';
import type { SuspectFindings } from './findings-of-suspect.js';
import { sayValue } from './say-cause.js';

/** What to do about the first suspect, the safest first. Nothing here is ever executed by itself. */
export function toAdvice(found: SuspectFindings): readonly Advice[] {
  const { suspect, change, own } = found;
  const service = suspect.service;
  const advice: Advice[] = [];
  if (change !== undefined) {
    const [value] = change.changes;
    const { rollback, previousVersion } = change.deploy;
    const undoes =
      value === undefined
        ? 'the deploy'
        : `${cut(value.path, 100)} ${sayValue(value.before)} -> ${sayValue(value.after)}`;
    const base = {
      service,
      change: change.id,
      evidence: [change.id, ...own.slice(0, 2).map((finding) => finding.id)],
    };
    if (rollback !== undefined) {
      const to = rollback.toVersion ?? previousVersion ?? rollback.toRevision;
      advice.push({
        ...base,
        action: 'rollback',
        reason: `Back to ${cut(to, 60)} undoes ${undoes}; it ran without these symptoms.`,
      });
    } else if (value !== undefined) {
      advice.push({
        ...base,
        action: 'config-change',
        reason: `Set ${cut(value.path, 100)} back to ${sayValue(value.before)}; no rollback was observed.`,
      });
    }
  }
  const exhausted = own.find(isExhausted);
  if (change === undefined && exhausted !== undefined) {
    advice.push({
      action: 'scale-up',
      service,
      reason: `It is at its limit (${exhausted.id}); more of it buys time.`,
      evidence: [exhausted.id],
    });
  }
  const died = own.find(hasDied);
  if (change === undefined && died !== undefined) {
    advice.push({
      action: 'restart',
      service,
      reason: `Its instances die (${died.id}); a restart buys time until the reason is known.`,
      evidence: [died.id],
    });
  }
  const look = own.slice(0, 3).map((finding) => finding.id);
  if (look.length > 0) {
    const first = own[0];
    const where = first === undefined ? '' : lookAt(first);
    advice.push({
      action: 'investigate',
      service,
      reason: `${change === undefined ? 'No change of it was seen. ' : ''}${where}`,
      evidence: look,
    });
  }
  return advice;
}

/** Shares of a limit from which more of it would help. */
const nearLimit = 0.8;

/** Held back, or near its limit; an amount of cores or bytes alone does not tell the limit. */
function isExhausted(finding: Finding): boolean {
  if (finding.kind !== 'metric-shift' || finding.direction !== 'up') return false;
  if (finding.role === 'cpu.throttling') return true;
  if (finding.role !== 'cpu.usage' && finding.role !== 'memory.usage') return false;
  return (
    (finding.unit === '%' && finding.after >= nearLimit * 100) ||
    (finding.unit === '1' && finding.after >= nearLimit)
  );
}

function hasDied(finding: Finding): boolean {
  return finding.kind === 'cluster-event' && /oom|crash|killed|backoff/i.test(finding.reason);
}

/** Where to look first, by the kind of what was found. */
function lookAt(finding: Finding): string {
  const example = finding.kind === 'trace-fault' ? finding.exampleTraceIds[0] : undefined;
  const trace = example === undefined ? '' : ` Start with trace ${cut(example, 40)}.`;
  if (finding.kind === 'trace-fault') {
    switch (finding.fault) {
      case 'network-wait':
        return `Look at the network, node and proxy of its pods.${trace}`;
      case 'client-wait':
        return `Look at its connection pool and at its CPU.${trace}`;
      case 'slow-self-time':
        return `Look at its CPU, locks, pools and database queries.${trace}`;
      case 'own-error':
        return `Read the error where it is thrown.${trace}`;
      case 'missing-step':
      case 'missing-callee':
      case 'new-path':
        return `See why the request now takes another way through its code.${trace}`;
    }
  }
  return 'See what it did when this began.';
}
