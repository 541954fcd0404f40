export { countCalibrations } from './count-calibrations.js';
export { countQuarter, rounded } from './count-quarter.js';
export { playQuarter, type QuarterIncident, simulateQuarter } from './simulate-quarter.js';
