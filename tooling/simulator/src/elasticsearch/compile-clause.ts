/** A record as it is stored, with dotted names. */
export type StoredSource = ReadonlyMap<string, string>;

type Clause = Readonly<Record<string, unknown>>;
type Matches = (source: StoredSource) => boolean;

/** What the server answers with status 400. */
export class ParsingError extends Error {
  override readonly name = 'ParsingError';
}

/** Fields that are indexed as words. */
const TEXT_FIELDS: ReadonlySet<string> = new Set(['message']);

/** The words of a text, nearly as the standard analyzer cuts it. */
function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
}

/** The part of the query language that searches for log lines need; anything else is refused, as a wrong query would be. */
export function compileClause(clause: unknown): Matches {
  const [kind, inner] = onlyEntry(clause);
  if (kind === 'bool') return compileBool(toObject(inner));
  if (kind === 'match_all') return () => true;
  if (kind === 'match_none') return () => false;
  if (kind === 'exists') return (source) => source.has(String(toObject(inner)['field']));
  const [field, wanted] = onlyEntry(inner);
  const ofValue = compileValue(kind, wanted, TEXT_FIELDS.has(field));
  return (source) => {
    const value = source.get(field);
    return value !== undefined && ofValue(value);
  };
}

function compileBool(inner: Clause): Matches {
  const of = (name: string) => [inner[name] ?? []].flat().map(compileClause);
  const [filter, must, mustNot, should] = [of('filter'), of('must'), of('must_not'), of('should')];
  return (source) =>
    filter.every((matches) => matches(source)) &&
    must.every((matches) => matches(source)) &&
    !mustNot.some((matches) => matches(source)) &&
    (should.length === 0 || should.some((matches) => matches(source)));
}

function compileValue(kind: string, wanted: unknown, isText: boolean): (value: string) => boolean {
  switch (kind) {
    case 'term':
    case 'terms': {
      const values = new Set([wanted].flat().map(String));
      return (value) => (isText ? wordsOf(value).some((word) => values.has(word)) : values.has(value));
    }
    case 'match': {
      const values = new Set(wordsOf(toQueryText(wanted)));
      return (value) => wordsOf(value).some((word) => values.has(word));
    }
    case 'match_phrase': {
      const phrase = ` ${wordsOf(toQueryText(wanted)).join(' ')} `;
      return (value) => ` ${wordsOf(value).join(' ')} `.includes(phrase);
    }
    case 'range': {
      const { gte, lt } = toObject(wanted);
      const [fromMs, untilMs] = [gte, lt].map((bound) =>
        typeof bound === 'string' ? Date.parse(bound) : undefined,
      );
      return (value) => {
        const atMs = Date.parse(value);
        return (fromMs === undefined || atMs >= fromMs) && (untilMs === undefined || atMs < untilMs);
      };
    }
    default:
      throw new ParsingError(`unknown query [${kind}]`);
  }
}

/** The times that a query of the usual form asks for: a `range` beside the other filters. */
export function timesOf(
  query: unknown,
  timestamp: string,
): { readonly startMs: number; readonly endMs: number } | undefined {
  const filters = [toObject(toObject(query)['bool'])['filter'] ?? []].flat();
  for (const filter of filters) {
    const range = toObject(toObject(filter)['range']);
    if (!Object.hasOwn(range, timestamp)) continue;
    const { gte, lt } = toObject(range[timestamp]);
    return { startMs: Date.parse(String(gte)), endMs: Date.parse(String(lt)) };
  }
  return undefined;
}

function toQueryText(wanted: unknown): string {
  return String(typeof wanted === 'object' ? toObject(wanted)['query'] : wanted);
}

export function toObject(value: unknown): Clause {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Clause) : {};
}

function onlyEntry(value: unknown): readonly [string, unknown] {
  const [entry, second] = Object.entries(toObject(value));
  if (entry === undefined || second !== undefined)
    throw new ParsingError('malformed query, expected one field');
  return entry;
}
