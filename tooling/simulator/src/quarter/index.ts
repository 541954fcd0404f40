export { countCalibrations } from './count-calibrations.js';
export { countQuarter, rounded } from './count-quarter.js';
export { countShadowMonth } from './count-shadow-month.js';
export { playQuarter, type QuarterIncident, simulateQuarter } from './simulate-quarter.js';
export { shadowIdentities, simulateShadowMonth } from './simulate-shadow-month.js';
