import './call-time.test.js';
import './claude-analyzer.test.js';
import './claude-reviewer.test.js';
import './model-message.test.js';
import './model-usage.test.js';
import './prompt-version.test.js';
import './server-failures.test.js';
import './what-leaves.test.js';
