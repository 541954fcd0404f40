import { defineConfig } from 'vite';

/** Every file has its own address and a hash in its name; nothing is inlined, as the policy of the pages forbids it. */
export default defineConfig({
  root: 'src',
  base: '/',
  resolve: { conditions: ['@midwatch/source', 'module', 'browser', 'production'] },
  build: {
    target: 'es2022',
    // Those that know light-dark().
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    outDir: '../dist/pages',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  // While one works on the pages: `npm start` beside it answers.
  server: {
    proxy: Object.fromEntries(
      ['/incidents', '/session', '/spending'].map((path) => [path, 'http://127.0.0.1:8484']),
    ),
  },
});
