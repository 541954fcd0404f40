export type Labels = Readonly<Record<string, string>>;

/** The same text for the same labels, in whatever order a server lists them. */
export function labelKey(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The value of the first of these labels that is there at all. */
export function labelValue(labels: Labels, names: readonly string[]): string | undefined {
  const name = names.find((one) => Object.hasOwn(labels, one));
  return name === undefined ? undefined : labels[name];
}
