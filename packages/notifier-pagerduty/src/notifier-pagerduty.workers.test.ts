// The same tests again in workerd.
import './pagerduty-notifier.test.js';
