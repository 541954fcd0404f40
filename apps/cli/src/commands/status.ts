import { describeStopped, readSelfState, type SelfState } from '@midwatch/responder';
import { parseCommandLine } from '../command-line.js';
import { toShownLine } from '../doctor/shown-text.js';
import { openStore } from '../open-store.js';
import type { Command } from '../run-command.js';

const options = { database: { type: 'string' }, json: { type: 'boolean' } } as const;

/** How Midwatch itself is, from the server's database: the same as `GET /state`. */
export const statusCommand: Command = async (args, terminal) => {
  const { values } = parseCommandLine(args, options);
  const { store } = await openStore({ database: values.database }, terminal);
  try {
    const nowMs = Date.now();
    const [self, steps, deliveries] = [
      await readSelfState(store),
      await store.steps.measure(nowMs),
      await store.outbox.measure(nowMs),
    ];
    if (values.json === true) {
      const state = { ...self, queues: { steps, deliveries } };
      terminal.stdout.write(`${JSON.stringify(state, null, 2)}\n`);
      return;
    }
    const lines = [
      self.stopped === undefined ? 'Models and actions are allowed.' : describeStopped(self.stopped),
      ...toLines(self),
      `work: ${steps.waiting} steps and ${deliveries.waiting} messages wait; ${deliveries.failed} messages are dead, ${steps.failed} steps were given up`,
    ];
    for (const line of lines) terminal.stdout.write(`${toShownLine(line, 700)}\n`);
  } finally {
    await store.close();
  }
};

function toLines({ blind, firstLooks, heartbeats, sources, watchedAtMs }: SelfState): readonly string[] {
  if (watchedAtMs === undefined) return ['No server has looked at its sources yet.'];
  return [
    ...blind.map(({ text }) => `blind: ${text}`),
    ...sources
      .filter(({ isDead }) => !isDead)
      .map(({ detail, id, state }) => `source ${id}: ${state}${detail === undefined ? '' : ` (${detail})`}`),
    ...heartbeats
      .filter(({ isMissing }) => !isMissing)
      .map(
        ({ heardAtMs, name }) =>
          `heartbeat ${name}: ${heardAtMs === undefined ? 'not heard yet' : `heard ${timeOf(heardAtMs)}`}`,
      ),
    ...(firstLooks === undefined || firstLooks.count === 0
      ? []
      : [`first looks: ${firstLooks.complete} of the last ${firstLooks.count} were complete`]),
    `looked at ${timeOf(watchedAtMs)}`,
  ];
}

function timeOf(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
