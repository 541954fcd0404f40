export type Source = Readonly<Record<string, unknown>>;
type Clause = Readonly<Record<string, unknown>>;

/** Fields of a record with dotted names; a list has several values. */
export function flatten(source: Source): Map<string, readonly unknown[]> {
  const flat = new Map<string, readonly unknown[]>();
  const add = (name: string, value: unknown): void => {
    if (value === null || value === undefined) return;
    if (typeof value !== 'object') flat.set(name, [...(flat.get(name) ?? []), value]);
    else if (Array.isArray(value)) for (const one of value) add(name, one);
    else for (const [key, inner] of Object.entries(value)) add(name === '' ? key : `${name}.${key}`, inner);
  };
  add('', source);
  return flat;
}

/** The words of a text, as the standard analyzer cuts it, nearly. */
const words = (text: unknown): readonly string[] => String(text).toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];

const asMs = (value: unknown) => (typeof value === 'number' ? value : Date.parse(String(value)));

/** The part of the query language that the connector uses. What it does not know it refuses, as a server does. */
export function matchesClause(clause: Clause, flat: ReadonlyMap<string, readonly unknown[]>): boolean {
  const [[kind, inner] = ['', {}]] = Object.entries(clause);
  const [[field, wanted] = ['', undefined]] = Object.entries((inner ?? {}) as Clause);
  const values = flat.get(field.replace(/\.keyword$/, '')) ?? [];
  const told = (typeof wanted === 'object' && wanted !== null ? wanted : {}) as Record<string, unknown>;
  switch (kind) {
    case 'bool': {
      const of = (name: string) => [(inner as Record<string, unknown>)[name] ?? []].flat() as Clause[];
      const should = of('should');
      return (
        of('filter').every((one) => matchesClause(one, flat)) &&
        !of('must_not').some((one) => matchesClause(one, flat)) &&
        (should.length === 0 || should.some((one) => matchesClause(one, flat)))
      );
    }
    case 'match_all':
      return true;
    case 'match_none':
      return false;
    case 'exists':
      return flat.has(String(wanted));
    case 'term':
    case 'terms': {
      const exact = values.map(String);
      // On text a term is one of its words.
      const isText = /^(message|log|body|body\.text)$/.test(field);
      return [wanted]
        .flat()
        .some((one) =>
          isText ? exact.some((text) => words(text).includes(String(one))) : exact.includes(String(one)),
        );
    }
    case 'range':
      return values.some((value) => {
        const at = told['format'] === undefined ? Number(value) : asMs(value);
        const bound = (name: string) => (told['format'] === undefined ? Number(told[name]) : asMs(told[name]));
        return (
          (told['gte'] === undefined || at >= bound('gte')) &&
          (told['lt'] === undefined || at < bound('lt')) &&
          (told['lte'] === undefined || at <= bound('lte'))
        );
      });
    case 'match':
      return values.some((value) => words(wanted).some((word) => words(value).includes(word)));
    case 'match_phrase': {
      const phrase = words(told['query'] ?? wanted);
      return values.some((value) => ` ${words(value).join(' ')} `.includes(` ${phrase.join(' ')} `) || phrase.length === 0);
    }
    case 'wildcard': {
      const text = String(told['value']).slice(1, -1).replaceAll(/\\(.)/g, '$1');
      return values.some((value) => String(value).includes(text));
    }
    default:
      throw new SyntaxError(`unknown query [${kind}]`);
  }
}
