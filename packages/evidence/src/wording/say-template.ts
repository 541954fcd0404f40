import { quote } from './quote.js';

const levels = /^(?:trace|debug|info|notice|warn|warning|error|fatal|critical|severe)$/i;

/** A log template for people: wildcards as dots, without the run of time stamps, levels and ids it begins with. */
export function quoteTemplate(template: string, maxLength = 120): string {
  const words = template
    .slice(0, maxLength * 8)
    .replaceAll('<*>', '…')
    .split(/\s+/);
  let first = 0;
  while (first < words.length - 1 && isHead(words[first] ?? '')) first++;
  return quote(
    words
      .slice(first)
      .join(' ')
      .replace(/…(?:[\s,;:]*…)+/gu, '…'),
    maxLength,
  );
}

/** Time stamps, levels, `name: …` pairs: what stands before the message itself. */
function isHead(word: string): boolean {
  const bare = word.replace(/^[[(<|]+|[\])>|:,]+$/g, '');
  return bare === '' || bare === '…' || levels.test(bare) || /^[A-Za-z_.-]+[:=]…?$/.test(word);
}
