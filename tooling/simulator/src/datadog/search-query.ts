/** What a search looks at: values by key, and the text of the message. */
export interface Searchable {
  readonly valuesOf: (key: string) => readonly string[];
  readonly text: string;
}

export type SearchPredicate = (item: Searchable) => boolean;

/** A query that this front does not understand, as Datadog says it. */
export class SearchError extends Error {
  override readonly name = 'SearchError';
}

type Token = { readonly kind: 'word' | 'quoted' | 'sign'; readonly text: string };

const tokenPattern = /\s*(?:("(?:[^"\\]|\\.)*")|([()])|([^\s()":]+:?)|(:))/y;

/**
 * Datadog's search syntax, as far as connectors write it: `key:value`, `@attribute:value`, `key:*`, `-term`, `key:>=n`, lists in
 * brackets, AND, OR, phrases.
 */
export function parseSearch(query: string): SearchPredicate {
  const tokens = tokenize(query);
  let position = 0;
  const peek = (): Token | undefined => tokens[position];
  const isWord = (text: string): boolean => peek()?.kind === 'word' && peek()?.text === text;
  const expect = (text: string): void => {
    if (peek()?.text !== text) throw new SearchError(`expected ${text}`);
    position += 1;
  };

  function parseOr(): SearchPredicate {
    const parts = [parseAnd()];
    while (isWord('OR')) {
      position += 1;
      parts.push(parseAnd());
    }
    return parts.length === 1 ? (parts[0] as SearchPredicate) : (item) => parts.some((part) => part(item));
  }

  function parseAnd(): SearchPredicate {
    const parts: SearchPredicate[] = [];
    while (peek() !== undefined && !isWord('OR') && peek()?.text !== ')') {
      if (isWord('AND')) position += 1;
      parts.push(parseTerm());
    }
    if (parts.length === 0) throw new SearchError('a term is missing');
    return (item) => parts.every((part) => part(item));
  }

  function parseTerm(): SearchPredicate {
    const token = tokens[position++];
    if (token === undefined) throw new SearchError('a term is missing');
    if (token.text === '(' && token.kind === 'sign') {
      const inner = parseOr();
      expect(')');
      return inner;
    }
    if (token.kind === 'quoted') return containing(token.text);
    if (token.text === '*') return () => true;
    if (!token.text.endsWith(':')) return containing(token.text);
    const negated = token.text.startsWith('-');
    const key = token.text.slice(negated ? 1 : 0, -1);
    const matches = parseValue(key);
    return negated ? (item) => !matches(item) : matches;
  }

  function parseValue(key: string): SearchPredicate {
    const token = tokens[position++];
    if (token === undefined) throw new SearchError(`${key} has no value`);
    if (token.text !== '(' || token.kind !== 'sign') return matching(key, token);
    const values = new Set<string>();
    while (peek() !== undefined && peek()?.text !== ')') {
      const value = tokens[position++] as Token;
      if (value.text !== 'OR') values.add(value.text.toLowerCase());
    }
    expect(')');
    return ({ valuesOf }) => valuesOf(key).some((value) => values.has(value.toLowerCase()));
  }

  const predicate = parseOr();
  if (position < tokens.length) throw new SearchError(`unexpected ${peek()?.text}`);
  return predicate;
}

function tokenize(query: string): readonly Token[] {
  const tokens: Token[] = [];
  const text = query.trim();
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.length) {
    const [, quoted, sign, word] = tokenPattern.exec(text) ?? [];
    if (quoted !== undefined) tokens.push({ kind: 'quoted', text: unquote(quoted) });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else throw new SearchError('a character is not understood');
  }
  return tokens;
}

function unquote(quoted: string): string {
  return quoted.slice(1, -1).replaceAll(/\\(.)/g, '$1');
}

/** Phrases are found in either case. */
function containing(text: string): SearchPredicate {
  const wanted = text.toLowerCase();
  return (item) => item.text.toLowerCase().includes(wanted);
}

function matching(key: string, { kind, text }: Token): SearchPredicate {
  if (kind === 'word' && text === '*') return ({ valuesOf }) => valuesOf(key).length > 0;
  const least = kind === 'word' ? /^>=(\d+)$/.exec(text)?.[1] : undefined;
  if (least !== undefined)
    return ({ valuesOf }) => valuesOf(key).some((value) => Number(value) >= Number(least));
  const wanted = text.toLowerCase();
  return ({ valuesOf }) => valuesOf(key).some((value) => value.toLowerCase() === wanted);
}
