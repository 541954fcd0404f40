// The bundle that `wrangler deploy` would upload, gzipped: printed, and refused above 1 MB.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const MAX_BYTES = 1_000_000;
const folder = join(import.meta.dirname, '../dist');
const bytes = readdirSync(folder)
  .filter((name) => name.endsWith('.js'))
  .reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).byteLength, 0);
process.stdout.write(
  `worker bundle: ${(bytes / 1000).toFixed(1)} kB gzipped, at most ${MAX_BYTES / 1000} kB\n`,
);
if (bytes === 0 || bytes > MAX_BYTES) process.exitCode = 1;
