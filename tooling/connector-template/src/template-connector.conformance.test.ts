import { connectorConformance } from '@midwatch/testkit/conformance';
import { createFakeTemplate } from './__fixtures__/fake-template.js';
import { createTemplateConnector } from './template-connector.js';

await connectorConformance({
  name: 'template',
  create: (input) => createTemplateConnector({ ...input, webUrl: 'https://template.example.com' }),
  backend: createFakeTemplate,
});
