export { createGrafanaNotifier, type GrafanaNotifierOptions } from './grafana-notifier.js';
export { VERSION } from './version.js';
