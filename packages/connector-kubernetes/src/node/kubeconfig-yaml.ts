/** What a kubeconfig is made of: texts, lists and mappings. Mappings have no prototype, so that any key is only a key. */
export type YamlValue = string | null | readonly YamlValue[] | { readonly [key: string]: YamlValue };

interface Line {
  readonly indent: number;
  readonly text: string;
  readonly number: number;
}

const MAX_LINES = 20_000;
const MAX_DEPTH = 30;

/**
 * Reads the part of YAML that kubectl, cloud tools and people write kubeconfigs in: block mappings and lists, plain, quoted and
 * block texts. Anchors, tags, merge keys, several documents and filled `{}` or `[]` are refused and never guessed.
 *
 * @throws SyntaxError with the number of the line, and without its text, which may be a key or a token.
 */
export function parseKubeconfigYaml(text: string): YamlValue {
  const raw = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (raw.length > MAX_LINES) throw new SyntaxError(`more than ${MAX_LINES} lines`);
  const lines = raw.map((line, index): Line => {
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    return { indent, text: line.slice(indent).trimEnd(), number: index + 1 };
  });
  let at = 0;

  const fail = (line: Line | undefined, what: string): never => {
    throw new SyntaxError(`line ${line?.number ?? raw.length}: ${what}`);
  };
  const skipBlank = (): Line | undefined => {
    while (at < lines.length && /^(?:#|$)/.test(lines[at]?.text ?? '')) at += 1;
    const line = lines[at];
    if (line?.text.startsWith('\t')) fail(line, 'tabs do not indent in YAML');
    return line;
  };

  function block(indent: number, depth: number): YamlValue {
    const line = skipBlank();
    if (line === undefined || line.indent < indent) return null;
    if (depth > MAX_DEPTH) fail(line, 'nested too deeply');
    return /^-(?: |$)/.test(line.text) ? list(line.indent, depth) : mapping(line.indent, depth);
  }

  function list(indent: number, depth: number): YamlValue {
    const items: YamlValue[] = [];
    for (let line = skipBlank(); line?.indent === indent && /^-(?: |$)/.test(line.text); line = skipBlank()) {
      const rest = line.text.slice(1);
      const inner = rest.trimStart();
      if (inner === '' || inner.startsWith('#')) {
        at += 1;
        items.push(block(indent + 1, depth + 1));
      } else if (keyOf(inner) !== undefined || inner.startsWith('- ')) {
        // The item begins on the line of its dash.
        const offset = indent + 1 + rest.length - inner.length;
        lines[at] = { indent: offset, text: inner, number: line.number };
        items.push(block(offset, depth + 1));
      } else items.push(scalar(line, inner, indent));
    }
    return items;
  }

  function mapping(indent: number, depth: number): YamlValue {
    const fields: Record<string, YamlValue> = Object.create(null) as Record<string, YamlValue>;
    for (let line = skipBlank(); line !== undefined && line.indent >= indent; line = skipBlank()) {
      if (line.indent > indent) fail(line, 'indented deeper than what it belongs to');
      if (/^-(?: |$)/.test(line.text)) break;
      const pair = keyOf(line.text) ?? fail(line, 'not `key: value`');
      if (pair.key in fields) fail(line, 'the same key twice');
      fields[pair.key] = value(line, pair.value, indent, depth);
    }
    return fields;
  }

  function value(line: Line, text: string, indent: number, depth: number): YamlValue {
    if (text !== '' && !text.startsWith('#')) return scalar(line, text, indent);
    at += 1;
    const next = skipBlank();
    // A list may stand as far left as its key.
    const isList = next?.indent === indent && /^-(?: |$)/.test(next.text);
    return block(isList ? indent : indent + 1, depth + 1);
  }

  function scalar(line: Line, text: string, indent: number): YamlValue {
    at += 1;
    if (/^[|>][+-]?$/.test(text)) return blockText(text, indent);
    if (text === '{}' || text === '[]') return text === '{}' ? (Object.create(null) as YamlValue) : [];
    if (/^[&*!{[%@`|>]/.test(text)) fail(line, 'a form of YAML that is not read here');
    if (text.startsWith('"') || text.startsWith("'")) return quoted(line, text);
    return plain(text, indent);
  }

  /** A plain text goes on over lines that are indented deeper. */
  function plain(first: string, indent: number): string | null {
    const parts = [withoutComment(first)];
    while ((lines[at]?.indent ?? 0) > indent && lines[at]?.text !== '') {
      parts.push(withoutComment(lines[at]?.text ?? ''));
      at += 1;
    }
    const text = parts.join(' ').trim();
    return text === 'null' || text === '~' ? null : text;
  }

  function quoted(line: Line, text: string): string {
    const single = /^'((?:[^']|'')*)'\s*(?:#.*)?$/.exec(text);
    if (single !== null) return (single[1] ?? '').replaceAll("''", "'");
    const double = /^("(?:[^"\\]|\\.)*")\s*(?:#.*)?$/.exec(text);
    try {
      if (double !== null) return JSON.parse(double[1] ?? '') as string;
    } catch {
      // Escapes that JSON does not have.
    }
    return fail(line, 'a quoted text that does not end on its line, or has an escape that is not read here');
  }

  function blockText(style: string, indent: number): string {
    const start = at;
    while (at < lines.length && (lines[at]?.text === '' || (lines[at]?.indent ?? 0) > indent)) at += 1;
    const inner = lines.slice(start, at);
    const left = Math.min(...inner.filter(({ text: it }) => it !== '').map((it) => it.indent));
    const texts = inner.map((it) => ' '.repeat(it.text === '' ? 0 : it.indent - left) + it.text);
    const joined = texts.join(style.startsWith('|') ? '\n' : ' ').trimEnd();
    return style.endsWith('-') ? joined : `${joined}\n`;
  }

  if (skipBlank()?.text === '---') at += 1;
  const document = block(0, 0);
  const rest = skipBlank();
  if (rest !== undefined) fail(rest, 'more than one document, or text that belongs to nothing');
  return document;
}

/** `key: value` and `key:`; a key may be quoted. */
function keyOf(text: string): { readonly key: string; readonly value: string } | undefined {
  const pair = /^(?:"([^"\\]*)"|'([^']*)'|([^\s#"'[\]{}&*!|>%@`,][^:#]*?))\s*:(?:\s+(.*))?$/.exec(text);
  if (pair === null) return undefined;
  return { key: pair[1] ?? pair[2] ?? pair[3] ?? '', value: pair[4] ?? '' };
}

function withoutComment(text: string): string {
  const at = text.search(/\s#/);
  return at < 0 ? text : text.slice(0, at);
}
