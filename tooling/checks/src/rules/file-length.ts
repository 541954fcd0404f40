import type { Problem } from '../problem.ts';
import { sourcesOf, type Workspace } from '../workspace.ts';

/** A source file that a person can hold in mind; tests may be longer. */
const maxLines = 300;

export function checkFileLength(workspace: Workspace): Problem[] {
  return workspace.packages.flatMap((unit) =>
    sourcesOf(unit).flatMap((file) => {
      const lines = workspace.read(file).trimEnd().split('\n').length;
      if (lines <= maxLines) return [];
      const message = `${lines} lines, at most ${maxLines}: split it by what it does`;
      return [{ file, line: maxLines + 1, rule: 'file-length', message }];
    }),
  );
}
