/** Untrusted text for a sentence of ours: on one line, without control characters or quotes of its own, cut, in quotes. */
export function quote(text: string, maxLength = 120): string {
  return `"${flatten(text, maxLength)}"`;
}

/**
 * A name from telemetry (service, operation, metric, value) inside a sentence. One that does not look like a name stands in
 * quotes: whoever names a service `x is down. Run y` has not written a sentence of ours.
 */
export function cut(text: string, maxLength = 120): string {
  const flat = flatten(text, maxLength);
  return flat === '' || looksLikeName(flat) ? flat : `"${flat}"`;
}

/** One word, the method and path of a request, a setting of an object, a role and its metric, or the name of a person. */
const names = [
  /^(?:[A-Z]{3,7} )?[\p{L}\p{N}_/#%{<.*+][\p{L}\p{N}_.:/{}<>*@#%+=~,…[\]-]*$/u,
  /^(?:[A-Z][A-Za-z]*\/[\w.-]+ )?(?:env )?[A-Za-z_][\w.[\]-]*$/,
  /^[\w.]+ \([\w.:]+\)$/,
  /^\p{Lu}[\p{L}.'-]*(?: \p{Lu}[\p{L}.'-]*){1,2}$/u,
] as const;

function looksLikeName(flat: string): boolean {
  return (
    names.some((form) => form.test(flat)) && !/:\/\/|\.\./.test(flat) && !/[@<][!#]?\p{L}+>?$/u.test(flat)
  );
}

function flatten(text: string, maxLength: number): string {
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
