import type { BundleSize } from '../measure-size.ts';
import type { Problem } from '../problem.ts';
import { lineAt, lineOf, type Workspace } from '../workspace.ts';
import { allowedNpm } from './imports.ts';

const rule = 'bundle-size';
/** Another zlib packs a little better or worse; below 5 kB a tenth of one, which is what the figures are rounded to. */
const TOLERANCE = 0.02;
const line = /^Size: .*$/m;

const toKilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

/** The line of a connector's README. */
export function sizeLineOf({ gzipped, minified, wholeGzipped, packages }: BundleSize): string {
  const inside = packages.length === 0 ? '' : `, ${packages.join(', ')} included`;
  return [
    `Size: ${toKilobytes(gzipped)} minified and gzipped (${toKilobytes(minified)} minified) without core and zod${inside},`,
    `${toKilobytes(wholeGzipped)} gzipped with both; no vendor SDK.`,
  ].join(' ');
}

/** Each connector says how large it is, and holds nothing but its own code, core, and what its tag allows. */
export function checkBundleSizes(workspace: Workspace, sizes: readonly BundleSize[]): Problem[] {
  return sizes.flatMap((size) => [...checkContents(workspace, size), ...checkLine(workspace, size)]);
}

function checkContents(workspace: Workspace, { unit, packages }: BundleSize): Problem[] {
  const file = `${unit.folder}/package.json`;
  const allowed = allowedNpm(unit);
  return packages
    .filter((name) => !allowed.includes(name))
    .map((name) => ({
      file,
      line: lineOf(workspace.read(file), `"${name}"`),
      rule,
      message: `${name} is in the bundle: a connector speaks HTTP itself, with ${allowed.join(', ')}`,
    }));
}

function checkLine(workspace: Workspace, size: BundleSize): Problem[] {
  const file = `${size.unit.folder}/README.md`;
  if (!size.unit.files.includes(file)) return [];
  const text = workspace.read(file);
  const found = line.exec(text);
  const right = sizeLineOf(size);
  if (found !== null && isNear(found[0], right)) return [];
  const at = found === null ? 1 : lineAt(text, found.index);
  return [{ file, line: at, rule, message: `must say "${right}": run pnpm sizes:update` }];
}

/** The same words, and figures that are near. */
function isNear(said: string, right: string): boolean {
  const words = (text: string) => text.replace(/\d+\.\d/g, '#');
  const figures = (text: string) => (text.match(/\d+\.\d/g) ?? []).map(Number);
  const wanted = figures(right);
  return (
    words(said) === words(right) &&
    figures(said).every((figure, index) => {
      const is = wanted[index] ?? 0;
      return Math.abs(figure - is) <= Math.max(0.1001, is * TOLERANCE);
    })
  );
}

/** A README with its line as measured now: the old one replaced, or at the end of the section about runtimes. */
export function withSizeLine(text: string, size: BundleSize): string {
  const right = sizeLineOf(size);
  const found = line.exec(text);
  if (found !== null) return isNear(found[0], right) ? text : text.replace(line, () => right);
  const start = text.indexOf('\n## Runtimes\n');
  const next = start < 0 ? -1 : text.indexOf('\n## ', start + 1);
  const end = next < 0 ? text.length : next;
  return `${text.slice(0, end).trimEnd()}\n\n${right}\n${text.slice(end)}`;
}

/** The READMEs that have to change. */
export function updatedReadmes(
  workspace: Workspace,
  sizes: readonly BundleSize[],
): { file: string; text: string }[] {
  return sizes.flatMap((size) => {
    const file = `${size.unit.folder}/README.md`;
    if (!size.unit.files.includes(file)) return [];
    const text = withSizeLine(workspace.read(file), size);
    return text === workspace.read(file) ? [] : [{ file, text }];
  });
}
