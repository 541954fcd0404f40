import * as z from 'zod';

interface JsonSchema {
  readonly type?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

/** What matters of a schema: names, types and allowed values. */
export function shapeOf(schema: JsonSchema): unknown {
  if (schema.anyOf !== undefined) return schema.anyOf.map(shapeOf);
  if (schema.enum !== undefined) return schema.enum;
  if (schema.items !== undefined) return [shapeOf(schema.items)];
  if (schema.properties === undefined) return schema.type;
  return Object.fromEntries(
    Object.entries(schema.properties).map(([name, property]) => [name, shapeOf(property)]),
  );
}

/** The same of what is checked by zod. */
export function shapeOfChecked(schema: z.ZodType): unknown {
  return shapeOf(z.toJSONSchema(schema, { io: 'input' }) as JsonSchema);
}

/** Objects in a schema that allow more than their properties, or fewer. */
export function openObjects(schema: JsonSchema): readonly JsonSchema[] {
  const { properties, items, required, additionalProperties } = schema;
  const inner = [...Object.values(properties ?? {}), ...(items === undefined ? [] : [items])];
  const isOpen =
    properties !== undefined &&
    (additionalProperties !== false || required?.join() !== Object.keys(properties).join());
  return [...(isOpen ? [schema] : []), ...inner.flatMap(openObjects)];
}
