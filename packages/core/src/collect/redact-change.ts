import type { NewChange, Redactor } from '../incident/index.js';
import { createScrub } from './scrub.js';

/**
 * The change without secrets, before it is stored. Names that look like names stay, and a value is judged by its path, too.
 * A text that cannot be redacted is withheld; an id or an address that would change is dropped.
 */
export function redactChange(change: NewChange, redact: Redactor | 'none'): NewChange {
  const scrub = createScrub(redact);
  const { id, timestampMs, service, namespace, version, previousVersion, summary, actor, url } = change;
  const unchanged = (text: string) => (scrub.text(text) === text ? text : undefined);
  return {
    timestampMs,
    service: scrub.name(service),
    ...mapped('id', id, unchanged),
    ...mapped('namespace', namespace, scrub.name),
    ...mapped('version', version, scrub.name),
    ...mapped('previousVersion', previousVersion, scrub.name),
    ...mapped('summary', summary, scrub.text),
    ...mapped('actor', actor, scrub.text),
    ...mapped('url', url, scrub.link),
    changes: change.changes.map(({ path, before, after }) => {
      const redactedPath = scrub.text(path);
      const toValue = (text: string | null) => (text === null ? null : scrub.value(redactedPath, text));
      return { path: redactedPath, before: toValue(before), after: toValue(after) };
    }),
  };
}

function mapped<Key extends keyof NewChange>(
  key: Key,
  text: string | undefined,
  map: (text: string) => string | undefined,
): { [K in Key]?: string } {
  const result = text === undefined ? undefined : map(text);
  return (result === undefined ? {} : { [key]: result }) as { [K in Key]?: string };
}
