/** What turns text around, hides, or moves a cursor; tabs and line ends are none of it. */
const TRICKS =
  /(?![\t\n\r])\p{Cc}|[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu;

/** Shows each such character as one that is seen: text from telemetry must not look like other text. */
export function plainText(text: string): string {
  return text.replace(TRICKS, '\ufffd');
}
