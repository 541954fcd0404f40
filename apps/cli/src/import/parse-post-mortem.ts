import { type ImportProblem, type PastIncident, pastIncidentSchema, sayIssue } from './past-incident.js';

/** Keys of the front matter, and what the schema calls them. */
const frontKeys: ReadonlyMap<string, string> = new Map([
  ['service', 'service'],
  ['namespace', 'namespace'],
  ['date', 'date'],
  ['cause', 'cause'],
  ['cause-service', 'causeService'],
  ['signals', 'signals'],
]);
const causeHeading = /^(root )?causes?$/;
const signalsHeading = /^(signals?|symptoms?|detection|what (we|was) (saw|seen)|evidence|impact)$/;

/**
 * A post-mortem in Markdown: front matter between two lines `---` with `key: value` and lists of `- item`; other keys are passed
 * over. A section `Cause` or `Root cause` and one `Signals`, `Symptoms`, `Detection`, `Evidence` or `Impact` stand in for what
 * the front matter does not say.
 */
export function parsePostMortem(file: string, text: string): PastIncident | ImportProblem {
  const lines = text.split(/\r?\n/);
  if (lines[0]?.trim() !== '---')
    return { file, line: 1, problem: 'it does not begin with front matter, `---`' };
  const end = lines.findIndex((line, index) => index > 0 && line.trim() === '---');
  if (end < 0) return { file, line: 1, problem: 'its front matter has no end, `---`' };
  const front = readFront(lines.slice(1, end));
  if ('problem' in front) return { file, ...front };
  const sections = readSections(lines.slice(end + 1));
  const { lineOf, values } = front;
  const cause = values.get('cause') ?? sections.cause;
  const signals = values.get('signals') ?? sections.signals;
  const parsed = pastIncidentSchema.safeParse({
    ...Object.fromEntries([...values].filter(([key]) => key !== 'signals')),
    ...(cause === undefined ? {} : { cause }),
    ...(signals === undefined ? {} : { signals: typeof signals === 'string' ? [signals] : signals }),
  });
  if (parsed.success) return parsed.data;
  return {
    file,
    line: lineOf.get(String(parsed.error.issues[0]?.path[0])) ?? 1,
    problem: sayIssue(parsed.error),
  };
}

interface Front {
  readonly values: ReadonlyMap<string, string | readonly string[]>;
  readonly lineOf: ReadonlyMap<string, number>;
}

function readFront(lines: readonly string[]): Front | { readonly line: number; readonly problem: string } {
  const values = new Map<string, string | readonly string[]>();
  const lineOf = new Map<string, number>();
  let open: { key: string | undefined; items: string[] } | undefined;
  for (const [index, content] of lines.entries()) {
    const line = index + 2;
    if (content.trim() === '' || content.trimStart().startsWith('#')) continue;
    const item = /^\s*- (.*)$/.exec(content);
    if (item !== null && open !== undefined) {
      open.items.push(unquote(item[1] ?? ''));
      if (open.key !== undefined) values.set(open.key, [...open.items]);
      continue;
    }
    const pair = /^([A-Za-z][\w-]*):(.*)$/.exec(content);
    if (pair === null) {
      // What belongs to a key that is passed over.
      if (open !== undefined && open.key === undefined && /^\s/.test(content)) continue;
      return { line, problem: 'it is neither `key: value` nor `- item`' };
    }
    const key = frontKeys.get((pair[1] ?? '').toLowerCase());
    const value = unquote(pair[2] ?? '');
    open = { key, items: [] };
    if (key === undefined) continue;
    if (lineOf.has(key)) return { line, problem: `\`${key}\` is told twice` };
    lineOf.set(key, line);
    if (value !== '') values.set(key, value);
  }
  return { values, lineOf };
}

function unquote(text: string): string {
  const plain = text.trim();
  const isQuoted = plain.length > 1 && (plain[0] === '"' || plain[0] === "'") && plain.at(-1) === plain[0];
  return isQuoted ? plain.slice(1, -1) : plain;
}

/** A section goes on through the headings below its own, and a `#` in a block of code is no heading. */
function readSections(lines: readonly string[]): { readonly cause?: string; readonly signals?: string } {
  const texts = { cause: [] as string[], signals: [] as string[] };
  let current: { readonly of: 'cause' | 'signals'; readonly depth: number } | undefined;
  let isCode = false;
  for (const line of lines) {
    if (/^\s*(```|~~~)/.test(line)) isCode = !isCode;
    const [, marks = '', title = ''] = (isCode ? null : /^(#{1,6}) (.*)$/.exec(line)) ?? [];
    const of = marks === '' ? undefined : sectionOf(title);
    if (of !== undefined) current = { of, depth: marks.length };
    else if (current !== undefined && (marks === '' || marks.length > current.depth))
      texts[current.of].push(line);
    else current = undefined;
  }
  const [cause, signals] = [texts.cause.join('\n').trim(), texts.signals.join('\n').trim()];
  return { ...(cause === '' ? {} : { cause }), ...(signals === '' ? {} : { signals }) };
}

function sectionOf(heading: string): 'cause' | 'signals' | undefined {
  const title = heading
    .replaceAll(/[#:*_]/g, '')
    .trim()
    .toLowerCase();
  return causeHeading.test(title) ? 'cause' : signalsHeading.test(title) ? 'signals' : undefined;
}
