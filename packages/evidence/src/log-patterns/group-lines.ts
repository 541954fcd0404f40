import { toLogMessage } from './log-message.js';
import { parseStackTrace } from './stack-trace.js';
import { createTemplateMiner } from './template-miner.js';

export interface LineGroup {
  /** The statement, every printed value as `<*>`. */
  readonly template: string;
  /** Positions of its lines in the input, ascending from 0. */
  readonly lines: readonly number[];
}

/** Groups log lines by the statement that printed them. Every line is in exactly one group; groups by first line. */
export function groupLines(lines: Iterable<string>): readonly LineGroup[] {
  const miner = createTemplateMiner();
  const ids: number[] = [];
  const stacks: (string | undefined)[] = [];
  for (const line of lines) {
    const { text, stack } = toLogMessage(line);
    const trace = parseTrace(text, stack);
    ids.push(miner.add(trace?.head ?? text));
    stacks.push(trace?.fingerprint);
  }
  const texts = new Map(miner.templates().map((template) => [template.id, template.text]));
  const groups = new Map<string, { template: string; lines: number[] }>();
  for (const [line, id] of ids.entries()) {
    const template = miner.resolve(id);
    const key = `${template} ${stacks[line] ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { template: texts.get(template) ?? '', lines: [line] });
    else group.lines.push(line);
  }
  return [...groups.values()];
}

function parseTrace(text: string, stack: string | undefined) {
  if (stack !== undefined) {
    const trace = parseStackTrace(stack);
    if (trace !== undefined) return { head: text, fingerprint: trace.fingerprint };
  }
  return text.includes('\n') ? parseStackTrace(text) : undefined;
}
