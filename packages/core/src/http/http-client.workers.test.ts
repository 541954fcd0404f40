import './http-client.test.js';
