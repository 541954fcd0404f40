import { attackSuite } from './attack-suite.js';

attackSuite('certificate-expiry', 'log lines');
