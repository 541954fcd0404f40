export { findMetricShifts, type MetricShift, type MetricShiftInput } from './find-metric-shifts.js';
