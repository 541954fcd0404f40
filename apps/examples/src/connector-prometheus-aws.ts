import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import { awsSigV4 } from '@midwatch/connector-prometheus/aws';

export const prometheus = createPrometheusConnector({
  baseUrl: 'https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-0a1b2c3d',
  sign: awsSigV4({
    region: 'eu-central-1',
    credentials: () => ({
      accessKeyId: process.env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: process.env['AWS_SECRET_ACCESS_KEY'] ?? '',
      sessionToken: process.env['AWS_SESSION_TOKEN'],
    }),
  }),
});
