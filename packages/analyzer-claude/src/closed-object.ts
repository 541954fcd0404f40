/** As a JSON schema: every property is there, and no other. */
export function closedObject(properties: Readonly<Record<string, unknown>>) {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}
