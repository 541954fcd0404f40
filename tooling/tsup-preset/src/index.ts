import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';

interface Manifest {
  bin?: Record<string, string>;
  exports?: Record<string, string | Record<string, string>>;
}

/** Where the sources of a package lie, read from its own package.json: each export's source, and one per `bin`. */
function entriesOf(manifest: Manifest): Record<string, string> {
  const sources = Object.values(manifest.exports ?? {}).flatMap((target) => {
    const source = typeof target === 'string' ? undefined : target['@midwatch/source'];
    return source === undefined ? [] : [source];
  });
  const binaries = Object.values(manifest.bin ?? {}).map((file) =>
    file.replace(/^(\.\/)?dist\//, './src/').replace(/\.js$/, '.ts'),
  );
  return Object.fromEntries(
    [...sources, ...binaries].map((file) => [file.replace(/^\.\/src\//, '').replace(/\.ts$/, ''), file]),
  );
}

/** ESM for Node 22 and workerd. Types are emitted by `tsc -p tsconfig.build.json`, which is three times faster. */
export function packageBuild(): ReturnType<typeof defineConfig> {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
  return defineConfig({
    entry: entriesOf(manifest),
    format: ['esm'],
    target: 'node22',
    dts: false,
    clean: true,
    sourcemap: true,
    removeNodeProtocol: false,
    silent: true,
  });
}
