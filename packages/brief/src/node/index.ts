export { type RunbookFolder, readRunbooks } from './read-runbooks.js';
