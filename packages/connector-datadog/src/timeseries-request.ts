import type { TimeWindow } from '@midwatch/core';
import type { TimeseriesRequest } from './datadog-api.js';
import type { RoleQuery } from './role-query.js';

/** Without a wish: enough to see an onset. Datadog enlarges what is too small for the window. */
const USUAL_POINTS = 240;
const MIN_STEP_MS = 1000;
const STEP_OF_STEPS_MS = 15_000;

/** Several role queries as one request; each has a formula of its own, which the answer's series name by number. */
export function toTimeseriesRequest(
  batch: readonly RoleQuery[],
  window: TimeWindow,
  stepMs: number | undefined,
): TimeseriesRequest {
  const usual =
    Math.ceil((window.endMs - window.startMs) / USUAL_POINTS / STEP_OF_STEPS_MS) * STEP_OF_STEPS_MS;
  return {
    window,
    intervalMs: Math.max(Math.round(stepMs ?? usual), MIN_STEP_MS),
    queries: batch.flatMap(({ queries }, index) =>
      Object.entries(queries).map(([name, query]) => ({ name: ownName(name, index), query })),
    ),
    formulas: batch.map(({ formula, queries }, index) => ({
      formula: formula.replaceAll(/[A-Za-z_]\w*/g, (name) =>
        Object.hasOwn(queries, name) ? ownName(name, index) : name,
      ),
    })),
  };
}

/** Names are of the whole request; each role has its own `a`. */
function ownName(name: string, index: number): string {
  return `q${index}_${name}`;
}
