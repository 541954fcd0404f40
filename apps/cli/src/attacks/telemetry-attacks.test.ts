import { attackSuite } from './attack-suite.js';

attackSuite('pool-exhaustion', 'spans', 'labels', 'several sources');
