import './claude-analyzer.test.js';
import './model-message.test.js';
import './model-usage.test.js';
import './prompt-version.test.js';
