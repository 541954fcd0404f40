import type { FileFormat } from './configuration-file.js';

/** One value in a configuration file, and the way to it. */
export interface Setting {
  readonly path: readonly string[];
  readonly value: string;
}

interface Parent {
  readonly indent: number;
  /** Undefined for a list item that has no name (yet). */
  key: string | undefined;
  readonly isItem: boolean;
}

/** What stands above a line: the keys that its own one belongs to. */
export interface Position {
  readonly parents: readonly Readonly<Parent>[];
}

export const topOfFile: Position = { parents: [] };

const MAX_DEPTH = 32;
/** Longer ones are data, or JSON without line breaks, which no line tells anything about. */
const MAX_LINE_CHARACTERS = 2000;
/** Keys that name a list item: `- name: LIMIT` and its `value` are the value of LIMIT. */
const namingKeys: ReadonlySet<string> = new Set(['name', 'key', 'id']);

/**
 * The settings in some lines of a file: nested ones (YAML, JSON) by indentation, sections (TOML, INI) by their headers, pairs
 * (.env, properties) as they stand. Line by line, since a patch shows no whole file; a line that is none of these tells
 * nothing.
 */
export function readSettings(
  lines: readonly string[],
  format: FileFormat,
  from: Position = topOfFile,
): { readonly settings: readonly Setting[]; readonly end: Position } {
  const settings: Setting[] = [];
  const parents: Parent[] = from.parents.map((parent) => ({ ...parent }));
  for (const line of lines) {
    const text = line.trim();
    if (line.length > MAX_LINE_CHARACTERS || isNoSetting(text)) continue;
    const setting =
      format === 'nested'
        ? readNested(line.length - line.trimStart().length, text, parents)
        : readFlat(text, format, parents);
    if (setting !== undefined) settings.push(setting);
  }
  return { settings, end: { parents } };
}

function readFlat(text: string, format: FileFormat, parents: Parent[]): Setting | undefined {
  if (format === 'sections' && text.startsWith('[') && text.includes(']')) {
    const key = text.replace(/^\[+/, '').split(']', 1)[0]?.trim() ?? '';
    parents.splice(0, parents.length, { indent: -1, key, isItem: false });
    return undefined;
  }
  const pair = toPair(text.replace(/^export\s+/, ''));
  if (pair === undefined) return undefined;
  const withoutComment = format === 'pairs' ? pair.value : cutComment(pair.value);
  return { path: [...pathOf(parents), pair.key], value: toValue(withoutComment) };
}

/** A line of YAML or JSON; what it opens is added to `parents`, what it ends is taken off. */
function readNested(indentOfLine: number, line: string, parents: Parent[]): Setting | undefined {
  const isDash = /^-(?:\s|$)/.test(line);
  const isBrace = line === '{' || line === '[';
  while (isEndedBy(parents.at(-1), indentOfLine, isDash)) parents.pop();
  if (parents.length >= MAX_DEPTH) return undefined;
  // The brace around a whole JSON file is no list item.
  if (isBrace) {
    if (indentOfLine > 0) parents.push({ indent: indentOfLine, key: undefined, isItem: true });
    return undefined;
  }
  if (isDash) parents.push({ indent: indentOfLine, key: undefined, isItem: true });
  const text = isDash ? line.slice(1).trimStart() : line;
  if (text === '') return undefined;
  const pair = toPair(text);
  if (pair === undefined) {
    // An item of a JSON list is a literal; other lines are the prose of a text block.
    const isItem = isDash || /^(?:"[^"]*"|-?\d[\d.]*)\s*,?$/.test(text);
    return isItem ? { path: pathOf(parents), value: toValue(cutComment(text)) } : undefined;
  }
  const raw = cutComment(pair.value);
  if (opensMore(raw)) {
    parents.push({ indent: indentOfLine + line.length - text.length, key: pair.key, isItem: false });
    return undefined;
  }
  const item = parents.at(-1);
  const value = toValue(raw);
  if (item?.isItem === true && item.key === undefined && namingKeys.has(pair.key)) {
    item.key = value;
    return undefined;
  }
  const isOfName = item?.isItem === true && item.key !== undefined && pair.key === 'value';
  return { path: isOfName ? pathOf(parents) : [...pathOf(parents), pair.key], value };
}

function isNoSetting(text: string): boolean {
  return text === '' || /^(?:#|;|\/\/|!|---|\.\.\.$)/.test(text) || /^[\]}][\]},;]*$/.test(text);
}

/** The items of a list may stand as far left as the key that they belong to. */
function isEndedBy(parent: Parent | undefined, indent: number, isDash: boolean): boolean {
  if (parent === undefined) return false;
  return isDash && !parent.isItem ? parent.indent > indent : parent.indent >= indent;
}

/** Nothing, a bracket, the mark of a text block, an anchor or a tag: the value stands below. */
function opensMore(value: string): boolean {
  return value === '' || /^(?:[[{]|[|>][+-]?\d?|[&!][\w./-]{1,100})$/.test(value);
}

function pathOf(parents: readonly Parent[]): string[] {
  return parents.flatMap(({ key }) => (key === undefined ? [] : [key]));
}

/** A key is a word; a URL and prose with a colon are none. */
function toPair(text: string): { readonly key: string; readonly value: string } | undefined {
  const match = /^(?:"([^"]{1,200})"|'([^']{1,200})'|([\w./@$-]{1,200}))[ \t]*(?::=|[:=])(.*)$/.exec(text);
  const key = match?.[1] ?? match?.[2] ?? match?.[3];
  const value = match?.[4] ?? '';
  return key === undefined || value.startsWith('//') ? undefined : { key, value: value.trim() };
}

/** Without a comment behind it, and without the comma that separates it from the next. */
function cutComment(text: string): string {
  const trimmed = text.trim();
  if (trimmed.startsWith('#')) return '';
  const quoted = /^(?:"(?:[^"\\]|\\.)*"|'[^']*')/.exec(trimmed)?.[0];
  const at = trimmed.slice(quoted?.length ?? 0).search(/\s(?:#|\/\/)/);
  if (quoted !== undefined) return quoted;
  return (at < 0 ? trimmed : trimmed.slice(0, at)).trimEnd().replace(/,$/, '');
}

function toValue(text: string): string {
  const quoted = /^(?:"((?:[^"\\]|\\.)*)"|'([^']*)')$/.exec(text);
  return quoted === null ? text : (quoted[1] ?? quoted[2] ?? '');
}
