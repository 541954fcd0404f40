import type { Incident } from '@midwatch/core/incident';
import { type PurposefulPlan, targetOf } from './proposal.js';
import type { RemediationStore } from './remediation-store.js';

const DAY_MS = 86_400_000;
/** One that is open for longer is not looked for. */
const LOOK_BACK_MS = 14 * DAY_MS;
const PAGE = 200;
const MAX_PAGES = 10;
const MAX_OTHERS = 50;

/**
 * Open incidents of the plan's service, storms without a service that may hold it, and those whose own actions were on the target
 * in the last day. Rejects when there are too many to tell.
 */
export async function readOtherIncidents(
  store: Pick<RemediationStore, 'listIncidents' | 'actions'>,
  plan: PurposefulPlan,
  nowMs: number,
): Promise<readonly string[]> {
  const { incidentId, service } = plan.purpose;
  const open = (await readOpen(store, nowMs)).filter(({ id }) => id !== incidentId);
  const ofService = open.filter((one) => one.service === undefined || one.service === service);
  if (ofService.length > 0) return ofService.map(({ id }) => id);
  if (open.length > MAX_OTHERS) throw new Error('too many open incidents');
  const target = targetOf(plan);
  const busy = await Promise.all(
    open.map(async ({ id }) => {
      const actions = await store.actions.listOf(id);
      const isOnTarget = actions.some(
        (one) => one.target === target && one.begunAtMs > nowMs - DAY_MS && one.state !== 'refused',
      );
      return isOnTarget ? [id] : [];
    }),
  );
  return busy.flat();
}

async function readOpen(
  store: Pick<RemediationStore, 'listIncidents'>,
  nowMs: number,
): Promise<readonly Incident[]> {
  const found: Incident[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await store.listIncidents({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.items.filter(({ status }) => status === 'firing'));
    const oldest = page.items.at(-1);
    if (page.next === undefined || oldest === undefined || oldest.openedAtMs < nowMs - LOOK_BACK_MS) {
      return found;
    }
    cursor = page.next;
  }
  throw new Error('too many incidents');
}
