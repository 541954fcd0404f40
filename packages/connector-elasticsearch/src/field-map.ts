import type { LabelMapping } from '@midwatch/core';
import type { FieldCapsAnswer } from './elasticsearch-schema.js';
import { type FieldNames, type FieldRole, fieldRoles, namesOf } from './field-candidates.js';

/** One field of the index, and how it can be asked. */
export interface MappedField {
  readonly name: string;
  /** Where whole values are indexed: the field itself, its `.keyword`, or both where indices differ; none for mere text. */
  readonly exact: readonly string[];
  readonly isText: boolean;
  /** Of the type `wildcard`, whose values are indexed whole however long. */
  readonly isWildcard: boolean;
  readonly isNumber: boolean;
  /** `date_nanos` in at least one index. */
  readonly hasNanos: boolean;
}

/** The fields of an index pattern that stand for each role, the likeliest first. */
export interface FieldMap {
  /** Whether any index was there to look at. */
  readonly hasIndices: boolean;
  of(role: FieldRole): readonly MappedField[];
}

const exactTypes: ReadonlySet<string> = new Set(['keyword', 'constant_keyword', 'wildcard', 'ip', 'version']);
const textTypes: ReadonlySet<string> = new Set(['text', 'match_only_text']);
const dateTypes: ReadonlySet<string> = new Set(['date', 'date_nanos']);
const numberTypes: ReadonlySet<string> = new Set([
  ...['byte', 'short', 'integer', 'long', 'unsigned_long'],
  ...['half_float', 'float', 'double', 'scaled_float'],
]);

/** What `_field_caps` is asked for. Patterns for long names keep the address below the 4 KB that servers take. */
export function fieldsToAsk(named: FieldNames): readonly string[] {
  const names = fieldRoles.flatMap((role) => namesOf(role, named));
  return names.flatMap((name) => (name.length > 10 ? [`${name}*`] : [name, `${name}.keyword`]));
}

export function toFieldMap({ fields, indices }: FieldCapsAnswer, named: FieldNames): FieldMap {
  const typesOf = (name: string) => {
    const byType = Object.hasOwn(fields, name) ? (fields[name] ?? {}) : {};
    return Object.entries(byType).flatMap(([type, caps]) => (caps.searchable === false ? [] : [type]));
  };
  const mapped = new Map(
    fieldRoles.map((role) => [
      role,
      namesOf(role, named).flatMap((name) => toMappedField(role, name, typesOf)),
    ]),
  );
  return {
    hasIndices: (indices ?? ['told by older servers only']).length > 0,
    of: (role) => mapped.get(role) ?? [],
  };
}

function toMappedField(
  role: FieldRole,
  name: string,
  typesOf: (name: string) => readonly string[],
): readonly MappedField[] {
  const types = typesOf(name);
  const has = (wanted: ReadonlySet<string>) => types.some((type) => wanted.has(type));
  const field = {
    name,
    exact: [name, `${name}.keyword`].filter((one) => typesOf(one).some((type) => exactTypes.has(type))),
    isText: has(textTypes),
    isWildcard: types.includes('wildcard'),
    isNumber: has(numberTypes),
    hasNanos: types.includes('date_nanos'),
  };
  const isUsable =
    role === 'timestamp' ? has(dateTypes) : field.exact.length > 0 || field.isText || field.isNumber;
  return isUsable ? [field] : [];
}

const labelledRoles = ['service', 'namespace', 'environment', 'cluster', 'pod', 'level'] as const;

/** Every field that is asked for a part of a target; several may stand for one. */
export function toLabelMappings(map: FieldMap, named: FieldNames): readonly LabelMapping[] {
  return labelledRoles.flatMap((field): readonly LabelMapping[] => {
    const own = named[field];
    if (own !== undefined) return [{ field, label: own, chosenBy: 'option' }];
    return map.of(field).map(({ name }) => ({ field, label: name, chosenBy: 'discovered' }));
  });
}
