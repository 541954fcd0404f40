import type { Problem } from '../problem.ts';
import { isTestFile, lineAt, type Workspace } from '../workspace.ts';

const textFile = /\.(ts|mts|mjs|js|json|jsonc|jsonl|md|yaml|yml|toml|sh|sql|html|css|txt)$|^\.ci\/|^[^.]+$/;

interface Pattern {
  pattern: RegExp;
  message: string;
  /** Tests plant secrets on purpose. */
  alsoInTests: boolean;
}

const patterns: readonly Pattern[] = [
  {
    pattern: /\bregistry\.(npmjs|yarnpkg|npmmirror)\b|\bnpm\.pkg\.github\b|\bdeb\.debian\b|\bpypi\.org\b/g,
    message: 'names a package registry host; each machine has its own',
    alsoInTests: true,
  },
  {
    pattern: /(?<![\w.@-])\/(?:work\/(?:main|shared)|farm\/|root\/[.\w]|tmp\/mw|home\/[a-z]+\/)/g,
    message: 'names a path of one machine; use a path relative to the file or the root',
    alsoInTests: true,
  },
  {
    pattern:
      /-----BEGIN [A-Z ]*PRIVATE KEY-----\\?n?[\sA-Za-z0-9+/=]{20}|\bAKIA(?!IOSFODNN7EXAMPLE)[A-Z0-9]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}|\bsk-ant-[\w-]{20}|\bxox[abprs]-[\w-]{20}|\bglpat-[\w-]{20}/g,
    message: 'looks like a secret; if it is a sample, put it together from pieces',
    alsoInTests: false,
  },
];

/** No registry hosts, no paths of a machine, no secrets in what is committed. */
export function checkHygiene(workspace: Workspace): Problem[] {
  return workspace.files
    .filter((file) => textFile.test(file))
    .flatMap((file) => {
      const text = workspace.read(file);
      return patterns
        .filter(({ alsoInTests }) => alsoInTests || !isTestFile(file))
        .flatMap(({ pattern, message }) =>
          [...text.matchAll(pattern)].map((match) => ({
            file,
            line: lineAt(text, match.index),
            rule: 'hygiene',
            message,
          })),
        );
    });
}
