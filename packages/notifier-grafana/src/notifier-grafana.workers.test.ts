// The same tests again in workerd.
import './grafana-notifier.test.js';
