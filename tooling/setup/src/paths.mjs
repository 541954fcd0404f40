// Plain JavaScript on purpose, as everything in this folder: it runs before anything is installed, on Node 20.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[/\\]$/, '');
export const binaries = join(root, 'node_modules/.bin');
/** The Node that the checkout brings along; scripts, tests and the command line run on it. */
export const ownNode = join(binaries, 'node');
/** What earlier runs found. Inside node_modules, so that removing that folder forgets it too. */
export const memory = join(root, 'node_modules/.cache/midwatch');
/** Holds the absolute path of the pnpm that installed this checkout. */
export const packageManagerFile = join(memory, 'pnpm-path');
