import { attackSuite } from './attack-suite.js';

attackSuite('bad-configuration', 'changes', 'cluster events');
