/** Untrusted text for a sentence of ours: on one line, without control characters or quotes of its own, cut, in quotes. */
export function quote(text: string, maxLength = 120): string {
  return `"${cut(text, maxLength)}"`;
}

/** A name from telemetry (service, operation, metric) inside a sentence. */
export function cut(text: string, maxLength = 120): string {
  const flat = text
    .slice(0, maxLength * 4)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replaceAll('"', "'")
    .trim();
  const characters = Array.from(flat);
  return characters.length <= maxLength ? flat : `${characters.slice(0, maxLength - 1).join('')}…`;
}

/** `a, b and c`; at most `most` names, then how many more. */
export function list(names: readonly string[], most = 4): string {
  const shown = names.slice(0, most).map((name) => cut(name, 80));
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  const last = shown.pop();
  if (last === undefined) return '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}
