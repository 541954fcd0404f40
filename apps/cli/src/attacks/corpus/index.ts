import type { Attack } from '../attack.js';
import { alertAttacks } from './alerts.js';
import { changeAttacks } from './changes.js';
import { clusterEventAttacks } from './cluster-events.js';
import { coordinatedAttacks } from './coordinated.js';
import { labelAttacks } from './labels.js';
import { logLineAttacks } from './log-lines.js';
import { spanAttacks } from './spans.js';

/** All attacks, by where they come from. */
export const corpus: Readonly<Record<string, readonly Attack[]>> = {
  'log lines': logLineAttacks,
  spans: spanAttacks,
  labels: labelAttacks,
  alerts: alertAttacks,
  changes: changeAttacks,
  'cluster events': clusterEventAttacks,
  'several sources': coordinatedAttacks,
};
