import type { SpendingStore } from '@midwatch/core/incident';
import { dayStartOf, passedBudget, prepareSpending, toDaySpending, toNanoUsd } from '../spending-request.js';
import { toStoredText } from '../stored-text.js';
import type { MemoryTables } from './memory-tables.js';

export function createMemorySpending({ spending }: MemoryTables): SpendingStore {
  return {
    async reserve(request) {
      const prepared = prepareSpending(request);
      const { dayStartMs, incidentId, key, nanoUsd, service } = prepared;
      const spent = { incident: 0, service: 0, day: 0 };
      for (const [rowKey, row] of spending) {
        if (rowKey === key) continue;
        const isToday = row.day_ms === dayStartMs;
        if (row.incident_id === incidentId) spent.incident += row.nano_usd;
        if (isToday && row.service === service) spent.service += row.nano_usd;
        if (isToday) spent.day += row.nano_usd;
      }
      const passed = passedBudget(spent, prepared);
      if (passed !== undefined) return passed;
      spending.set(key, { incident_id: incidentId, service, day_ms: dayStartMs, nano_usd: nanoUsd });
      return 'reserved';
    },
    async settle(key, usd) {
      const nanoUsd = toNanoUsd(usd);
      const row = spending.get(toStoredText(key, 'the key of a spending'));
      if (row !== undefined) row.nano_usd = nanoUsd;
    },
    async sumOfDay(nowMs) {
      const dayStartMs = dayStartOf(nowMs);
      const byService = new Map<string, number>();
      for (const { day_ms, nano_usd, service } of spending.values())
        if (day_ms === dayStartMs) byService.set(service, (byService.get(service) ?? 0) + nano_usd);
      return toDaySpending(Array.from(byService, ([service, nano_usd]) => ({ service, nano_usd })));
    },
  };
}
