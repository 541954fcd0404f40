import './http-client-answers.test.js';
import './http-client.test.js';
