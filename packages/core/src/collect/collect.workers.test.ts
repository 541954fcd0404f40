// The same tests again in workerd.
import './check-batch.test.js';
import './collect-signals.test.js';
import './eight-sources.test.js';
import './learned-names.test.js';
import './limited-fetch.test.js';
import './query-signals.test.js';
import './redaction.test.js';
