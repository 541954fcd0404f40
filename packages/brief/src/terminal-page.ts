import type { BriefQuery } from '@midwatch/core/incident';
import { queryHead } from './brief-lines.js';
import { wrapCommand, wrapText } from './display-width.js';
import { toPlainText } from './plain-text.js';

const WIDTH = 80;
const PROMPT = '$ ';
/** What no query of ours comes near; the JSON has it whole. */
const MAX_QUERY = 2000;

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
type Style = keyof typeof codes;

interface TextOptions {
  readonly style?: Style;
  /** How much further the second line and those after it stand in. */
  readonly hang?: number;
  readonly maxCharacters?: number;
}

/** Lines of at most 80 columns; text of telemetry cannot move the cursor, start a line or leave its place. */
export interface TerminalPage {
  section(title: string, style?: Style): void;
  gap(): void;
  text(indent: number, text: string, options?: TextOptions): void;
  /** Whole, so that a shell takes it. */
  command(indent: number, command: string): void;
  /** Whole and in a line of its own, however long: a broken one opens nothing. */
  address(indent: number, address: string | undefined): void;
  /** The name under which `queries()` gives it whole, to stand behind a text. */
  cite(query: BriefQuery | undefined): string;
  /** The same with its beginning, in a line of its own. */
  query(indent: number, query: BriefQuery | undefined): void;
  queries(): void;
  toString(): string;
}

export function createTerminalPage({ color }: { readonly color: boolean }): TerminalPage {
  const lines: string[] = [];
  const cited = new Map<string, { readonly name: string; readonly query: BriefQuery }>();
  const paint = (style: Style | undefined, text: string) =>
    color && style !== undefined ? `\u001b[${codes[style]}m${text}\u001b[0m` : text;

  function add(indent: number, given: readonly string[], { hang = 0, style }: TextOptions = {}): void {
    for (const [index, line] of given.entries())
      lines.push(`${' '.repeat(index === 0 ? indent : indent + hang)}${paint(style, line)}`);
  }

  function write(indent: number, given: string, options: TextOptions = {}): void {
    const room = WIDTH - indent - (options.hang ?? 0);
    add(indent, wrapText(toPlainText(given, options.maxCharacters), room), options);
  }

  function gap(): void {
    lines.push('');
  }

  function nameOf(query: BriefQuery): string {
    const key = JSON.stringify([query.connectorId, query.text, query.startMs, query.endMs]);
    const known = cited.get(key) ?? { name: `q${cited.size + 1}`, query };
    cited.set(key, known);
    return known.name;
  }

  return {
    text: write,
    gap,
    cite: (query) => (query === undefined ? '' : ` [${query.connectorId} ${nameOf(query)}]`),
    section(title, style) {
      gap();
      write(0, title, { style: style ?? 'bold' });
    },
    command(indent, text) {
      // The prompt is not part of what is copied, and neither is the indent of the lines after it.
      const [first = '', ...more] = wrapCommand(toPlainText(text, MAX_QUERY), WIDTH - indent - PROMPT.length);
      add(indent, [`${PROMPT}${first}`], { style: 'green' });
      let before = first;
      for (const line of more) {
        add(/ (?:\\|&&)$/.test(before) ? indent + PROMPT.length : 0, [line], { style: 'green' });
        before = line;
      }
    },
    address(indent, address) {
      if (address !== undefined) add(indent, [toPlainText(address, MAX_QUERY * 2)], { style: 'dim' });
    },
    query(indent, query) {
      if (query === undefined) return;
      const { connectorId, language } = query;
      const shown = `${connectorId} ${language} [${nameOf(query)}]: ${query.short ?? query.text}`;
      add(indent, [fit(toPlainText(shown, MAX_QUERY), WIDTH - indent)], { style: 'dim' });
    },
    queries() {
      if (cited.size === 0) return;
      gap();
      write(0, 'Queries, to run again', { style: 'bold' });
      for (const { name, query } of cited.values()) {
        write(2, `${name} ${queryHead(query)}`, { hang: 3, style: 'dim' });
        write(5, query.text, { maxCharacters: MAX_QUERY, style: 'dim' });
        if (query.url !== undefined) add(5, [toPlainText(query.url, MAX_QUERY * 2)], { style: 'dim' });
      }
    },
    toString: () => `${lines.join('\n')}\n`,
  };
}

/** One line of at most `width` columns. */
function fit(text: string, width: number): string {
  const [first = '', ...more] = breakAnywhere(text, width);
  return more.length === 0 ? first : `${breakAnywhere(text, width - 1)[0] ?? ''}…`;
}

function breakAnywhere(text: string, width: number): readonly string[] {
  // Blanks that do not break, so that the line is filled to its end.
  return wrapText(text.replaceAll(' ', '\u00a0'), width).map((line) => line.replaceAll('\u00a0', ' '));
}
