/** Far above what an analyzer may say in one claim; what lies beyond is not read, and so not shown. */
const longestClaim = 4000;

/**
 * At a full stop, question or exclamation mark before a blank that is in no quotation; `v2.4.1 went` is one sentence. Invisible
 * characters are taken out: a name with one of them would be read as the name without.
 */
export function splitSentences(text: string): readonly string[] {
  const visible = text
    .slice(0, longestClaim)
    .replaceAll(/[\p{Cf}\u115f\u1160\u3164\uffa0]/gu, '')
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
  const isEven = (visible.match(/["“”]/g)?.length ?? 0) % 2 === 0;
  const sentences: string[] = [];
  let start = 0;
  let isOpen = false;
  for (const { 0: mark, index } of visible.matchAll(/["“”]|[.!?](?=\s)/g)) {
    if (/["“”]/.test(mark)) isOpen = isEven && !isOpen;
    else if (!isOpen) {
      sentences.push(visible.slice(start, index + 1).trim());
      start = index + 1;
    }
  }
  sentences.push(visible.slice(start).trim());
  return sentences.filter((sentence) => sentence !== '');
}
