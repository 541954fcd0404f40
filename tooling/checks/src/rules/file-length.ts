import type { Problem } from '../problem.ts';
import { sourcesOf, type Workspace } from '../workspace.ts';

/** A source file that a person can hold in mind; tests may be longer, and what a command writes, which says so, grows as it must. */
const maxLines = 300;
const written = /^\/\*\* Written by `/m;

export function checkFileLength(workspace: Workspace): Problem[] {
  return workspace.packages.flatMap((unit) =>
    sourcesOf(unit).flatMap((file) => {
      const text = workspace.read(file);
      const lines = text.trimEnd().split('\n').length;
      if (lines <= maxLines || written.test(text)) return [];
      const message = `${lines} lines, at most ${maxLines}: split it by what it does`;
      return [{ file, line: maxLines + 1, rule: 'file-length', message }];
    }),
  );
}
