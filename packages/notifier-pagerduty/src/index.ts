export { createPagerDutyNotifier, type PagerDutyNotifierOptions } from './pagerduty-notifier.js';
export { VERSION } from './version.js';
