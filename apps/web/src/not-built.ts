/**
 * What `@midwatch/web/pages` is where sources run as they stand, as in tests: no pages. `npm start`, `npm run build` and the
 * Worker's bundle have the built ones.
 */
export const pages: Readonly<Record<string, { readonly type: string; readonly text: string }>> | undefined =
  undefined;
