import { packageTests } from '@midwatch/vitest-preset';

export default packageTests(import.meta.dirname);
