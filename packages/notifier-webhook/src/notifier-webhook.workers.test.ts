// The same tests again in workerd.
import './webhook-address.test.js';
import './webhook-notifier.test.js';
import './webhook-signature.test.js';
