/** A query of Logs Insights, as much of it as is simulated: fields, filter, sort by time, limit. */
export interface InsightsQuery {
  readonly matches: (fields: ReadonlyMap<string, string>) => boolean;
  readonly isDescending: boolean;
  readonly limit: number;
}

type Predicate = (fields: ReadonlyMap<string, string>) => boolean;

export class InsightsSyntaxError extends Error {}

const TOKEN =
  /\s*(?:(\/(?:[^/\\]|\\.)*\/)|("(?:[^"\\]|\\.)*")|`([^`]+)`|(>=|<=|!=|[=<>()])|([A-Za-z_@][\w.@]*)|(\d+))/y;

export function parseInsights(text: string): InsightsQuery {
  const filters: Predicate[] = [];
  let isDescending = true;
  let limit = 10_000;
  for (const command of splitCommands(text.replaceAll(/^#.*$/gm, ''))) {
    const [, word = '', rest = ''] = /^(\w+)\s*([\s\S]*)$/.exec(command.trim()) ?? [];
    if (word === 'filter') filters.push(parseFilter(rest));
    else if (word === 'sort') isDescending = /\bdesc\b/.test(rest);
    else if (word === 'limit') limit = Number(rest);
    else if (word !== 'fields') throw new InsightsSyntaxError(`unexpected ${word}`);
  }
  return { matches: (fields) => filters.every((filter) => filter(fields)), isDescending, limit };
}

/** Pipes inside of texts and patterns are no pipes. */
function splitCommands(text: string): readonly string[] {
  const commands = [''];
  for (const [part] of text.matchAll(/"(?:[^"\\]|\\.)*"|(?<=like )\/(?:[^/\\]|\\.)*\/|[^"|/]+|[\s\S]/g)) {
    if (part === '|') commands.push('');
    else commands[commands.length - 1] += part;
  }
  return commands;
}

function parseFilter(text: string): Predicate {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const source = text.trimEnd();
  while (TOKEN.lastIndex < source.length) {
    const found = TOKEN.exec(source);
    if (found === null) throw new InsightsSyntaxError('not a filter');
    tokens.push(found[3] === undefined ? found[0].trim() : found[3]);
  }
  let at = 0;
  const next = () => tokens[at++] ?? '';
  const expect = (token: string) => {
    if (next() !== token) throw new InsightsSyntaxError(`expected ${token}`);
  };

  function either(): Predicate {
    const parts = [both()];
    while (tokens[at] === 'or') {
      at += 1;
      parts.push(both());
    }
    return (fields) => parts.some((part) => part(fields));
  }
  function both(): Predicate {
    const parts = [one()];
    while (tokens[at] === 'and') {
      at += 1;
      parts.push(one());
    }
    return (fields) => parts.every((part) => part(fields));
  }
  function one(): Predicate {
    const token = next();
    if (token === 'not') {
      const inner = one();
      return (fields) => !inner(fields);
    }
    if (token === '(') {
      const inner = either();
      expect(')');
      return inner;
    }
    if (token === 'ispresent' || token === 'toMillis') {
      expect('(');
      const field = next();
      expect(')');
      return token === 'ispresent' ? (fields) => fields.has(field) : compare(field, next(), next());
    }
    return compare(token, next(), next());
  }

  const predicate = either();
  if (at < tokens.length) throw new InsightsSyntaxError(`unexpected ${tokens[at]}`);
  return predicate;
}

function compare(field: string, operator: string, value: string): Predicate {
  if (operator === 'like' && value.startsWith('/')) {
    const source = value.slice(1, -1);
    const pattern = source.startsWith('(?i)') ? new RegExp(source.slice(4), 'i') : new RegExp(source);
    return (fields) => pattern.test(fields.get(field) ?? '');
  }
  const text = value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value;
  switch (operator) {
    case 'like':
      return (fields) => fields.get(field)?.includes(text) ?? false;
    case '=':
      return (fields) => fields.get(field) === text;
    case '>=':
      return (fields) => Number(fields.get(field)) >= Number(text);
    case '<':
      return (fields) => Number(fields.get(field)) < Number(text);
    default:
      throw new InsightsSyntaxError(`unexpected ${operator}`);
  }
}
