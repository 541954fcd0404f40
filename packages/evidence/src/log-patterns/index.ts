export { groupLines, type LineGroup } from './group-lines.js';
