import { createPaint, toShownLine } from '../doctor/shown-text.js';
import type { Terminal } from '../terminal.js';
import { type AnswerGist, type Difference, toRows } from './compare-answers.js';

/** What `midwatch replay --json` prints. */
export interface Replay {
  readonly incident: string;
  readonly title: string;
  readonly lookedAt: string;
  readonly readFrom: 'bundle' | 'signals' | 'dossier';
  readonly isModelAsked: boolean;
  readonly presentPromptVersion: string;
  /** What `before` is: what was said then, or, of a bundle, what the evidence alone says now. */
  readonly comparedWith: 'answer-then' | 'evidence-now' | 'nothing';
  readonly before: AnswerGist | null;
  readonly after: AnswerGist;
  readonly differences: readonly Difference[];
  readonly evidenceAlone: {
    readonly before: AnswerGist | null;
    readonly after: AnswerGist;
    readonly differences: readonly Difference[];
  };
}

const sources = {
  bundle: 'the bundle, read as in production',
  signals: 'the signals that were kept, by the code of today',
  dossier: 'the dossier of then: the signals are not kept any more',
} as const;

const headings = {
  'answer-then': ['then', 'now'],
  'evidence-now': ['the evidence alone', 'the model'],
  nothing: ['', 'now'],
} as const;

const MAX_CELL = 160;

/** The difference for a person: a row for each thing, and a mark where it is another. */
export function printReplay(replay: Replay, terminal: Terminal): void {
  const { after, before, comparedWith, evidenceAlone, incident, isModelAsked, lookedAt, readFrom } = replay;
  const paint = createPaint(terminal);
  const lines = [
    '',
    paint('bold', toShownLine(`${incident}: ${replay.title}, looked at ${lookedAt}`)),
    `Read from ${sources[readFrom]}.`,
  ];
  if (!isModelAsked)
    lines.push('No ANTHROPIC_API_KEY: only the evidence analyzer is replayed, no model is asked.');
  lines.push('');
  const [left, right] = headings[comparedWith];
  const rows = toRows(before ?? undefined, after).map((row) => ({
    ...row,
    before: toShownLine(row.before ?? '', MAX_CELL),
    after: toShownLine(row.after, MAX_CELL),
  }));
  const width = Math.max(left.length, ...rows.map((row) => row.before.length)) + 2;
  const toLine = (mark: string, name: string, one: string, other: string) =>
    `${mark} ${name.padEnd(16)}${before === null ? '' : one.padEnd(width)}${other}`.trimEnd();
  lines.push(paint('dim', toLine(' ', '', left, right)));
  for (const row of rows) {
    const line = toLine(row.differs ? '*' : ' ', row.name, row.before, row.after);
    lines.push(row.differs ? paint('yellow', line) : line);
  }
  if (evidenceAlone.before !== null) {
    const { differences } = evidenceAlone;
    const said = [evidenceAlone.before, evidenceAlone.after].map(
      ({ confidence, firstSuspect, verdict }) => `${verdict} ${confidence} ${firstSuspect ?? 'nobody'}`,
    );
    const is = differences.length === 0 ? `the same as then: ${said[1]}` : `${said[0]} then, ${said[1]} now`;
    lines.push('', toShownLine(`The evidence alone says ${is}.`));
  }
  lines.push(...after.notes.map((note) => toShownLine(`Note: ${note}`)));
  terminal.stdout.write(`${lines.join('\n')}\n`);
}
