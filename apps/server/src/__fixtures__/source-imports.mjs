// Lets Node run the workspace's TypeScript as it stands: `./x.js` is `./x.ts`.
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith('.') || !specifier.endsWith('.js') || !context.parentURL?.endsWith('.ts')) {
      return next(specifier, context);
    }
    return next(specifier.replace(/\.js$/, '.ts'), context);
  },
});
