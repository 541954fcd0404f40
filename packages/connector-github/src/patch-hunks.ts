/** One hunk of a patch as the two texts that it stands for, context included. */
export interface Hunk {
  /** Counted from 1, in the newer file. */
  readonly startLine: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** The nearest line above it that begins with a letter, as git tells it; may be cut. */
  readonly heading: string;
}

const header = /^@@ -\d{1,9}(?:,\d{1,9})? \+(\d{1,9})(?:,\d{1,9})? @@ ?(.*)$/;

/** The hunks of a unified diff without file headers, as GitHub gives it. */
export function readHunks(patch: string): readonly Hunk[] {
  const hunks: { startLine: number; before: string[]; after: string[]; heading: string }[] = [];
  for (const line of patch.split('\n')) {
    const start = header.exec(line);
    if (start !== null) {
      hunks.push({ startLine: Number(start[1]), before: [], after: [], heading: start[2] ?? '' });
      continue;
    }
    const hunk = hunks.at(-1);
    const [mark] = line;
    // "\ No newline at end of file" is no line of either.
    if (hunk === undefined || mark === '\\') continue;
    const text = line.slice(1).replace(/\r$/, '');
    if (mark !== '+') hunk.before.push(text);
    if (mark !== '-') hunk.after.push(text);
  }
  return hunks;
}
