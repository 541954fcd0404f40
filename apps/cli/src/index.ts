export { defineConfig, type MidwatchConfig } from './config.js';
