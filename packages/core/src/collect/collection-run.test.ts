import { expect, it, vi } from 'vitest';
import { createCollectionRun } from './collection-run.js';

it('a pause whose time is over already asks for no time below zero: Node warns of that', async () => {
  const timers = vi.spyOn(globalThis, 'setTimeout');
  const run = createCollectionRun({ redact: 'none', deadlineMs: 1_000 });
  await run.pause(-185);
  run.close();
  expect(timers.mock.calls.every(([, ms = 0]) => ms >= 0)).toBe(true);
  timers.mockRestore();
});
