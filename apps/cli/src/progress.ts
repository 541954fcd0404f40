import type { CollectEvent } from '@midwatch/core';
import { type Terminal, usesColor } from './terminal.js';

const marks = {
  ok: ['+', 32],
  empty: ['+', 32],
  partial: ['~', 33],
  failed: ['x', 31],
  'not-asked': ['-', 2],
  'not-configured': ['-', 2],
} as const;

/** Tells on stderr, a line for each source, what is being read: its time, its state and what came. */
export function createProgress(terminal: Terminal): (event: CollectEvent) => void {
  const color = usesColor(terminal.stderr, terminal);
  return (event) => {
    if (event.type !== 'source-ended' || event.state === 'not-configured') return;
    const [mark, code] = marks[event.state];
    const seconds = `${(event.durationMs / 1000).toFixed(2)} s`;
    const name = `${event.connectorId} ${event.kind}`.padEnd(24);
    const count = event.state === 'ok' || event.state === 'partial' ? `${event.signalCount} read` : '';
    const line = `  ${mark} ${name} ${event.purpose.padEnd(12)} ${seconds.padStart(7)}  ${event.state.padEnd(9)} ${count}`;
    terminal.stderr.write(`${color ? `\u001b[${code}m${line.trimEnd()}\u001b[0m` : line.trimEnd()}\n`);
  };
}
