import type { BudgetName, DaySpending, SpendingRequest } from '@midwatch/core/incident';
import { StoreError } from './store-error.js';
import { toStoredText, toStoredTime } from './stored-text.js';

const DAY_MS = 86_400_000;

/** A request in the units of the table. */
export interface PreparedSpending {
  readonly key: string;
  readonly incidentId: string;
  /** Empty for alerts that name none. */
  readonly service: string;
  readonly dayStartMs: number;
  readonly nanoUsd: number;
  readonly limits: Readonly<Record<BudgetName, number>>;
}

/** Before an incident's id, and in place of a service: what shadows cost is summed apart. */
const SHADOW = '(shadow)';

/** Under which a shadow's spending stands beside its incident's own. */
export function shadowIncidentOf(incidentId: string): string {
  return `${SHADOW} ${incidentId}`;
}

export function prepareSpending(request: SpendingRequest): PreparedSpending {
  const { budgets, isShadow = false } = request;
  const incidentId = toStoredText(request.incidentId, "an incident's id");
  return {
    key: toStoredText(request.key, 'the key of a spending'),
    incidentId: isShadow ? shadowIncidentOf(incidentId) : incidentId,
    service: isShadow ? SHADOW : toStoredText(request.service ?? '', 'a service'),
    dayStartMs: dayStartOf(request.nowMs),
    nanoUsd: toNanoUsd(request.usd),
    limits: {
      incident: toNanoUsd(budgets.perIncidentUsd),
      service: toNanoUsd(budgets.perServiceAndDayUsd),
      day: toNanoUsd(budgets.perDayUsd),
    },
  };
}

export function dayStartOf(nowMs: number): number {
  return Math.floor(toStoredTime(nowMs, 'the time') / DAY_MS) * DAY_MS;
}

/** Whole numbers add up exactly. */
export function toNanoUsd(usd: number): number {
  const nanoUsd = Math.round(usd * 1e9);
  if (Number.isSafeInteger(nanoUsd) && nanoUsd >= 0) return nanoUsd;
  throw new StoreError('bad-amount', 'an amount must be a number of US dollars from 0 to 9 million');
}

/** The first budget that would be passed, the narrowest first. */
export function passedBudget(
  spent: Readonly<Record<BudgetName, number>>,
  { limits, nanoUsd }: PreparedSpending,
): BudgetName | undefined {
  return (['incident', 'service', 'day'] as const).find((name) => spent[name] + nanoUsd > limits[name]);
}

const MAX_SERVICES = 20;

/** From one row for each service. */
export function toDaySpending(
  rows: readonly { readonly service: string; readonly nano_usd: number }[],
): DaySpending {
  const dearest = rows.toSorted(
    (one, other) => other.nano_usd - one.nano_usd || (one.service < other.service ? -1 : 1),
  );
  return {
    usd: toUsd(rows.reduce((sum, { nano_usd }) => sum + nano_usd, 0)),
    services: dearest.slice(0, MAX_SERVICES).map(({ nano_usd, service }) => ({
      ...(service === '' ? {} : { service }),
      usd: toUsd(nano_usd),
    })),
  };
}

function toUsd(nanoUsd: number): number {
  return nanoUsd / 1e9;
}
