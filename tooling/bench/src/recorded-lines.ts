import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';

/**
 * `count` lines as real programs wrote them: those of the corpora beside the checkout by turns, every time round with other
 * numbers of the same length. None where the corpora are absent.
 */
export function recordedLines(count: number): readonly string[] {
  const folder = resolve(import.meta.dirname, '../../../../shared/eval');
  const corpora = globSync('loghub-*/*.csv.gz', { cwd: folder })
    .sort()
    .map((file) =>
      gunzipSync(readFileSync(join(folder, file)))
        .toString()
        .trimEnd()
        .split(/\r?\n/)
        .slice(1),
    );
  if (corpora.length === 0) return [];
  let state = 20260301;
  const otherDigit = (digit: string): string => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return digit === '0' ? '0' : String(1 + ((state >>> 8) % 9));
  };
  return Array.from({ length: count }, (_, index) => {
    const lines = corpora[index % corpora.length] ?? [];
    const turn = Math.floor(index / corpora.length);
    const content = contentOf(lines[turn % lines.length] ?? '');
    return turn < lines.length ? content : content.replace(/\d/g, otherDigit);
  });
}

/** The middle column of three: `LineId,Content,EventId`. */
function contentOf(row: string): string {
  const field = row.slice(row.indexOf(',') + 1, row.lastIndexOf(','));
  return field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
}
