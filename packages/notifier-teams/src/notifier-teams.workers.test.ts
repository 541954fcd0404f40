// The same tests again in workerd.
import './teams-notifier.test.js';
import './to-teams-message.test.js';
