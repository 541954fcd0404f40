// Puts the built pages into one module, so that Node and a Worker serve the same without a file system; says their size,
// and refuses a first load of more than 150 kB.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';

const MAX_FIRST_LOAD_BYTES = 150_000;
const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const dist = join(import.meta.dirname, '../dist');
const folder = join(dist, 'pages');
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();

const pages = Object.fromEntries(
  files.map((file) => {
    const type = types[extname(file)];
    if (type === undefined) throw new Error(`${file}: say which type it has`);
    return [relative(folder, file).replaceAll('\\', '/'), { type, text: readFileSync(file, 'utf8') }];
  }),
);
writeFileSync(join(dist, 'pages.js'), `export const pages = ${JSON.stringify(pages)};\n`);
writeFileSync(
  join(dist, 'pages.d.ts'),
  'export declare const pages: Readonly<Record<string, { readonly type: string; readonly text: string }>> | undefined;\n',
);

// All files together: more than any one page loads.
const bytes = Object.values(pages).reduce((sum, { text }) => sum + gzipSync(text).byteLength, 0);
process.stdout.write(
  `pages: ${(bytes / 1000).toFixed(1)} kB gzipped, at most ${MAX_FIRST_LOAD_BYTES / 1000} kB\n`,
);
if (bytes > MAX_FIRST_LOAD_BYTES) process.exitCode = 1;
