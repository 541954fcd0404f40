import type { Alert, Redactor } from '@midwatch/core/incident';

/** Stands where a text was that the redactor failed on: the text is lost, the incident goes on. */
const WITHHELD = '[withheld: redaction failed]';

/**
 * The alert without secrets, before anything is stored or shown. Names of services and other parts of the target stay: they
 * are what is asked about. A text that cannot be redacted is withheld; an address that would change is dropped.
 */
export function redactAlert(alert: Alert, redactor: Redactor | 'none'): Alert {
  if (redactor === 'none') return alert;
  const clean = (text: string) => redactOrWithhold(text, redactor);
  const { generatorUrl, runbookUrl, summary, description, severity, ...rest } = alert;
  const kept = { generatorUrl, runbookUrl };
  const cleaned = { summary, description, severity };
  return {
    ...rest,
    name: clean(alert.name),
    labels: mapValues(alert.labels, clean),
    annotations: mapValues(alert.annotations, clean),
    ...definedOnly(cleaned, clean),
    ...definedOnly(kept, (address) => (clean(address) === address ? address : undefined)),
  };
}

function redactOrWithhold(text: string, redactor: Redactor): string {
  try {
    const clean: unknown = redactor.redact(text);
    return typeof clean === 'string' ? clean : WITHHELD;
  } catch {
    return WITHHELD;
  }
}

function mapValues(
  texts: Readonly<Record<string, string>>,
  map: (text: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [map(name), map(text)]));
}

function definedOnly<Key extends string>(
  texts: Readonly<Record<Key, string | undefined>>,
  map: (text: string) => string | undefined,
): { [K in Key]?: string } {
  const result: { [K in Key]?: string } = {};
  for (const [key, text] of Object.entries(texts) as [Key, string | undefined][]) {
    const mapped = text === undefined ? undefined : map(text);
    if (mapped !== undefined) result[key] = mapped;
  }
  return result;
}
