import type { ControlStore } from '@midwatch/core/incident';
import { maxControls, prepareControl, toControl, toControlName } from '../prepare-control.js';
import { prepareAudit } from '../prepare-effects.js';
import { toStoredTime } from '../stored-text.js';
import { type MemoryTables, writeAudit } from './memory-tables.js';

export function createMemoryControls(tables: MemoryTables): ControlStore {
  const { controls } = tables;
  return {
    async get(name) {
      const row = controls.get(toControlName(name));
      return row && toControl(row);
    },
    async set(name, value, nowMs, audit) {
      const row = prepareControl(name, value, nowMs);
      const entry = audit && prepareAudit(audit);
      controls.set(row.name, row);
      if (entry !== undefined) writeAudit(tables, entry, null, nowMs);
    },
    async list(prefix = '') {
      const start = toControlName(prefix);
      return [...controls.values()]
        .filter(({ name }) => name.startsWith(start))
        .toSorted((one, other) => (one.name < other.name ? -1 : 1))
        .slice(0, maxControls)
        .map((row) => toControl(row));
    },
    async takeTurn({ everyMs, name, nowMs }) {
      const row = prepareControl(name, null, nowMs);
      const last = controls.get(row.name);
      if (last !== undefined && last.set_at_ms > toStoredTime(nowMs - everyMs, 'the time of the last turn'))
        return false;
      controls.set(row.name, row);
      return true;
    },
  };
}
