import { attackSuite } from './attack-suite.js';

attackSuite('false-alarm', 'alerts');
