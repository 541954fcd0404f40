import { PERSON_NAMES, SERVICE_NAMES } from './scenarios/cast.js';
import { LIMIT_KEYS } from './scenarios/pool-exhaustion.js';

/** Every name that only a scenario may know; the house checks that no package and no command contains one. */
export const scenarioNames: readonly string[] = [
  ...SERVICE_NAMES,
  ...PERSON_NAMES,
  ...LIMIT_KEYS,
  'HighRequestLatencyP99',
];
