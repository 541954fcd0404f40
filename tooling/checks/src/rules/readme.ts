import type { Problem } from '../problem.ts';
import { lineAt, publishedPackages, type Workspace } from '../workspace.ts';

/** The template's sources stand in the guide to writing a connector. */
const exampleFolders = ['apps/examples/src/', 'tooling/connector-template/src/'];

interface Snippet {
  code: string;
  line: number;
}

function snippetsOf(text: string): Snippet[] {
  return [...text.matchAll(/^```(?:ts|typescript)\b[^\n]*\n(.*?)^```$/gms)].map((match) => ({
    code: (match[1] ?? '').trim(),
    line: lineAt(text, match.index),
  }));
}

/** Every snippet that imports something is a file of apps/examples or of the template, where it is type-checked. */
export function checkSnippets(workspace: Workspace): Problem[] {
  const examples = new Set(
    workspace.files
      .filter((file) => file.endsWith('.ts') && exampleFolders.some((folder) => file.startsWith(folder)))
      .map((file) => workspace.read(file).trim()),
  );
  return workspace.files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      snippetsOf(workspace.read(file))
        .filter(({ code }) => /^import /m.test(code) && !examples.has(code))
        .map(({ line }) => ({
          file,
          line,
          rule: 'snippets',
          message: `this snippet equals no file of ${exampleFolders.join(' or ')}: add it there, with the same text`,
        })),
    );
}

interface Section {
  wanted: RegExp;
  name: string;
}

const everywhere: readonly Section[] = [
  { wanted: /npm (install|i|exec)|pnpm add|npx /, name: 'an install line' },
  { wanted: /\bNode\b/, name: 'the runtimes it was tested in' },
  { wanted: /Apache-2\.0/, name: 'the licence Apache-2.0' },
];
const ofConnectors: readonly Section[] = [
  {
    wanted: /^## .*asks/im,
    name: 'a section "What it asks of the vendor": signal, endpoint, least permission',
  },
  {
    wanted: /^## .*cannot see/im,
    name: 'a section "What it cannot see": caps, delay, and the gap each becomes',
  },
  { wanted: /conformance/i, name: 'the conformance line' },
];

/** The README of a published package: what it does, install, an example, runtimes, licence. */
export function checkReadmes(workspace: Workspace): Problem[] {
  return publishedPackages(workspace).flatMap((unit) => {
    const file = `${unit.folder}/README.md`;
    if (!unit.files.includes(file)) return [];
    const text = workspace.read(file);
    const sections = unit.tag === 'connector' ? [...everywhere, ...ofConnectors] : everywhere;
    const problems = sections
      .filter(({ wanted }) => !wanted.test(text))
      .map(({ name }) => ({ file, line: 1, rule: 'readme', message: `lacks ${name}` }));
    if (!text.startsWith(`# ${unit.name}\n`)) {
      problems.push({ file, line: 1, rule: 'readme', message: `must begin with "# ${unit.name}"` });
    }
    if (unit.tag !== 'app' && !snippetsOf(text).some(({ code }) => /^import /m.test(code))) {
      problems.push({
        file,
        line: 1,
        rule: 'readme',
        message: 'lacks an example: a ts block with its imports',
      });
    }
    return problems;
  });
}

/** Relative links in Markdown lead somewhere. */
export function checkLinks(workspace: Workspace): Problem[] {
  const folders = new Set(
    workspace.files.flatMap((file) =>
      file.split('/').map((_, index, parts) => parts.slice(0, index).join('/')),
    ),
  );
  return workspace.files
    .filter((file) => file.endsWith('.md') && !file.includes('/__fixtures__/') && !file.endsWith('.api.md'))
    .flatMap((file) => {
      const text = workspace.read(file);
      return [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)\s]+)\)/g)].flatMap((match) => {
        const target = new URL(match[1] ?? '', `file:///${file}`).pathname.slice(1).replace(/\/$/, '');
        if (workspace.files.includes(target) || folders.has(target)) return [];
        return [
          { file, line: lineAt(text, match.index), rule: 'links', message: `${match[1]} does not exist` },
        ];
      });
    });
}
