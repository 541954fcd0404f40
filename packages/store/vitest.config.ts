import { packageTests } from '@midwatch/vitest-preset';
import { withDatabase } from './workerd.config.js';

export default await withDatabase(packageTests(import.meta.dirname));
