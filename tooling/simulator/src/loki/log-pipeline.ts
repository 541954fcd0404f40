import type { LogEntry } from './log-entries.js';
import type { LabelFilter, LogPipeline, Stage } from './logql-ast.js';
import { readBytes, readDuration } from './logql-lexer.js';

/** A line on its way through a pipeline. */
export interface ProcessedEntry {
  readonly entry: LogEntry;
  readonly stream: ReadonlyMap<string, string>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly parsed: ReadonlyMap<string, string>;
}

interface Draft {
  readonly entry: LogEntry;
  stream: Map<string, string>;
  metadata: Map<string, string>;
  readonly parsed: Map<string, string>;
}

export function* runPipeline(pipeline: LogPipeline, entries: Iterable<LogEntry>): Iterable<ProcessedEntry> {
  for (const entry of entries) {
    const draft: Draft = {
      entry,
      stream: new Map(entry.stream),
      metadata: new Map(entry.metadata),
      parsed: new Map(),
    };
    if (pipeline.stages.every((stage) => passes(stage, draft))) yield draft;
  }
}

/** All labels of a line together, in alphabetical order: what it is grouped by unless asked otherwise. */
export function allLabels({ stream, metadata, parsed }: ProcessedEntry): ReadonlyMap<string, string> {
  return new Map([...stream, ...metadata, ...parsed].sort(([left], [right]) => (left < right ? -1 : 1)));
}

function passes(stage: Stage, draft: Draft): boolean {
  switch (stage.kind) {
    case 'line':
      return stage.tests.some((test) => test(draft.entry.line)) === stage.wanted;
    case 'json':
      parseJsonLine(draft);
      return true;
    case 'logfmt':
      for (const [name, value] of logfmtPairs(draft.entry.line)) addParsed(draft, name, value);
      return true;
    case 'filter':
      return holds(stage.filter, draft);
    case 'drop':
      for (const labels of [draft.stream, draft.metadata, draft.parsed]) {
        for (const name of stage.labels) labels.delete(name);
      }
      return true;
    default:
      for (const labels of [draft.stream, draft.metadata, draft.parsed]) {
        for (const name of [...labels.keys()]) if (!stage.labels.includes(name)) labels.delete(name);
      }
      return true;
  }
}

function addParsed(draft: Draft, name: string, value: string): void {
  const clean = name.replaceAll(/[^a-zA-Z0-9_]/g, '_');
  if (clean === '') return;
  const taken = draft.stream.has(clean) || draft.metadata.has(clean);
  draft.parsed.set(taken ? `${clean}_extracted` : clean, value);
}

function parseJsonLine(draft: Draft): void {
  try {
    const value: unknown = JSON.parse(draft.entry.line);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new SyntaxError('no object');
    addObject(draft, '', value);
  } catch {
    draft.parsed.set('__error__', 'JSONParserErr');
    draft.parsed.set('__error_details__', "Value looks like object, but can't find closing '}' symbol");
  }
}

function addObject(draft: Draft, prefix: string, value: object): void {
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner === 'object' && inner !== null) {
      if (!Array.isArray(inner)) addObject(draft, `${prefix}${name}_`, inner);
    } else {
      addParsed(draft, prefix + name, String(inner));
    }
  }
}

function* logfmtPairs(line: string): Iterable<readonly [string, string]> {
  for (const [, name = '', quoted, bare = ''] of line.matchAll(/([^\s=]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g)) {
    yield [name, quoted === undefined ? bare : quoted.replaceAll(/\\(.)/g, '$1')];
  }
}

function holds(filter: LabelFilter, draft: Draft): boolean {
  if ('left' in filter) {
    const left = holds(filter.left, draft);
    return filter.kind === 'and' ? left && holds(filter.right, draft) : left || holds(filter.right, draft);
  }
  const label = filter.kind === 'match' ? filter.matcher.label : filter.label;
  const text = draft.parsed.get(label) ?? draft.metadata.get(label) ?? draft.stream.get(label);
  if (filter.kind === 'match') return filter.matcher.matches(text ?? '');
  if (text === undefined) return false;
  const value =
    filter.unit === 'duration'
      ? readDuration(text)
      : filter.unit === 'bytes'
        ? readBytes(text)
        : Number(text);
  if (value === undefined || Number.isNaN(value)) {
    draft.parsed.set('__error__', 'LabelFilterErr');
    return true;
  }
  switch (filter.operator) {
    case '>':
      return value > filter.value;
    case '>=':
      return value >= filter.value;
    case '<':
      return value < filter.value;
    case '<=':
      return value <= filter.value;
    case '!=':
      return value !== filter.value;
    default:
      return value === filter.value;
  }
}
