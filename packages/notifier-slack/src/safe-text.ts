/**
 * What stands between telemetry and Slack's mrkdwn. `&`, `<` and `>` as entities keep mentions and links out; Slack has no
 * escape for its other marks, so those become look-alikes. Nothing is ever cut inside an entity or a surrogate pair.
 */

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** An address such as `dana@example.com` is none. */
const mention = /(?<![\p{L}\p{N}])@(?=\p{L})|@(?=channel|here|everyone)/giu;

/** One line of well-formed, visible characters: no controls, no bidirectional marks, no towers of accents. */
function toPlainLine(text: string, maxCharacters: number): string {
  // Stripping costs time, too: of a line of 100 kB only the beginning is looked at.
  const head = text.slice(0, maxCharacters * 4);
  const plain = head
    .toWellFormed()
    .replaceAll(/[\s\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\u115f\u1160\u3164\uffa0]/gu, '')
    .replaceAll(/(\p{M}{2})\p{M}+/gu, '$1')
    .trim();
  return head.length < text.length ? `${plain}…` : plain;
}

/** Escapes entities and cuts to a length that Slack would count, entities included. */
function escapeEntities(text: string, maxLength: number): string {
  const pieces = Array.from(text, (character) => entities[character] ?? character);
  let length = 0;
  // What fits together with the ellipsis, in case the rest does not.
  let kept = 0;
  for (const [index, piece] of pieces.entries()) {
    length += piece.length;
    if (length > maxLength) return `${pieces.slice(0, kept).join('').trimEnd()}…`;
    if (length <= maxLength - 1) kept = index + 1;
  }
  return pieces.join('');
}

/** Running text that cannot mention, link, format or become an emoji; at most `maxLength` UTF-16 units. */
export function toProse(text: string, maxLength: number): string {
  const plain = toPlainLine(text, maxLength)
    .replaceAll('*', '∗')
    .replaceAll('~', '∼')
    .replaceAll('`', 'ˋ')
    // Inside a word it formats nothing and belongs to a name.
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, 'ˍ')
    .replaceAll('://', '∶//')
    .replaceAll(mention, '＠')
    // `:name:` is an emoji anywhere in a word, also when the last colon is one of ours; the minutes of 03:41:07 are none.
    .replaceAll(/:(?!\d\d(?::|$))(?=[\p{L}\p{N}_+'-]+(?::|$))/gu, '∶');
  return escapeEntities(plain, maxLength);
}

/** Text for a `plain_text` object, where no documentation says whether entities are read: look-alikes need no answer. */
export function toHeader(text: string, maxLength: number): string {
  const plain = toPlainLine(text, maxLength)
    .replaceAll('&', '＆')
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replaceAll('://', '∶//')
    .replaceAll(mention, '＠');
  return escapeEntities(plain, maxLength);
}

/** A code span, or nothing for text that is empty, too long to show whole, or could not be copied as it is. */
export function toCodeSpan(text: string, maxLength: number): string | undefined {
  const exact = toExact(text, maxLength - 2);
  return exact === undefined || exact.includes('`') ? undefined : `\`${exact}\``;
}

/**
 * A command in a fence, exactly as it is or not at all: half a command, or one with look-alikes in it, is worse than none.
 */
export function toCodeBlock(command: string, maxLength: number): string | undefined {
  const exact = toExact(command, maxLength - 8);
  return exact === undefined || exact.includes('```') ? undefined : `\`\`\`\n${exact}\n\`\`\``;
}

/** Escaped, unless a character would be lost, hidden or cut. */
function toExact(text: string, maxLength: number): string | undefined {
  if (text === '' || text.length > maxLength || text !== toPlainLine(text, maxLength)) return undefined;
  const escaped = text.replaceAll(/[&<>]/g, (character) => entities[character] ?? '');
  return escaped.length <= maxLength ? escaped : undefined;
}

/** A query of a thousand characters makes a long address; a section holds 3,000. */
const MAX_URL = 2600;

/**
 * A link, for an address that a brief holds: `toBrief` lets in only those that lead to configured hosts. Nothing for
 * another scheme, credentials, or an address too long to stand beside its line.
 */
export function toLink(url: string | undefined, label: string): string | undefined {
  if (url === undefined || url.length > MAX_URL || !URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  if (!['http:', 'https:'].includes(parsed.protocol) || parsed.username !== '' || parsed.password !== '') {
    return undefined;
  }
  const href = parsed.href.replaceAll(/[|<>`\s]/g, encodeURIComponent).replaceAll('&', '&amp;');
  const words = label.replaceAll(/[^\p{L}\p{N}-]+/gu, ' ').trim();
  const name = Array.from(words).slice(0, 40).join('').trimEnd();
  return href.length > MAX_URL ? undefined : `<${href}|${name === '' ? 'open' : name}>`;
}
