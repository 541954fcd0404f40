export { type BundleTruth, readTruth } from './read-truth.js';
