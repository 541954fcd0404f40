// The same tests again in workerd.
import './deliver-thread.test.js';
import './picture/put-picture.test.js';
import './picture/render-chart.test.js';
import './safe-text.test.js';
import './slack-notifier.test.js';
import './to-slack-message.test.js';
