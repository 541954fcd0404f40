/**
 * Text of telemetry as one quoted line: line breaks and quotes are escaped as in JSON, so that a log line cannot pass for a
 * finding, and invisible characters are taken out. Cut by characters, with what was cut said.
 */
export function quote(text: string, maxCharacters: number): string {
  return JSON.stringify(cutText(text, maxCharacters));
}

/** One line without quotes, for texts that code wrote around quoted telemetry. */
export function toLine(text: string, maxCharacters: number): string {
  return cutText(text.replaceAll(/\s+/g, ' ').trim(), maxCharacters);
}

function cutText(text: string, maxCharacters: number): string {
  const visible = text
    .slice(0, maxCharacters * 4)
    // Of format: zero width, direction, and the tags that spell out text which no person sees.
    .replaceAll(/[\p{Cf}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu, '');
  const plain = visible.replaceAll(/(?![\n\t])\p{Cc}/gu, ' ');
  if (plain.length <= maxCharacters && text.length <= maxCharacters * 4) return plain;
  const head = plain.slice(0, maxCharacters);
  // Not in the middle of a surrogate pair.
  const whole = /[\ud800-\udbff]$/.test(head) ? head.slice(0, -1) : head;
  return `${whole}… (${text.length - whole.length} characters cut)`;
}
