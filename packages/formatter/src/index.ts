export { createFormat, type FormatOptions, format } from './format.js';
