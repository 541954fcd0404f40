import type { Alert, Redactor } from '../incident/index.js';
import { createScrub } from './scrub.js';

/**
 * The alert without secrets, before anything is stored or shown. Names of services and other parts of the target stay: they
 * are what is asked about. A text that cannot be redacted is withheld; an address that would change is dropped.
 */
export function redactAlert(alert: Alert, redact: Redactor | 'none'): Alert {
  if (redact === 'none') return alert;
  const scrub = createScrub(redact);
  const { generatorUrl, runbookUrl, summary, description, severity, ...rest } = alert;
  const texts = {
    ...mapDefined({ summary, description, severity }, scrub.text),
    ...mapDefined({ generatorUrl, runbookUrl }, scrub.link),
  };
  return {
    ...rest,
    name: scrub.text(alert.name),
    labels: redactValues(alert.labels),
    annotations: redactValues(alert.annotations),
    ...texts,
  };

  function redactValues(values: Readonly<Record<string, string>>): Record<string, string> {
    return scrub.attributes(values) as Record<string, string>;
  }
}

function mapDefined<Key extends string>(
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
