export type { BundledIncident } from './incident-file.js';
export { type IncidentBundle, type OpenBundleOptions, openBundle } from './open-bundle.js';
