import { createKubernetesConnector } from '@midwatch/connector-kubernetes';
import { readInCluster } from '@midwatch/connector-kubernetes/node';
import { createRedactor } from '@midwatch/redaction';
import { createKubernetesExecutor } from '@midwatch/remediation/kubernetes';
import { defineConfig } from 'midwatch';

// The account that reads, and another one that may act: its token is mounted by the chart.
const reading = await readInCluster();
const writing = await readInCluster({ folder: '/var/run/secrets/midwatch-actions' });

export default defineConfig({
  connectors: [createKubernetesConnector({ ...reading, covers: { namespaces: ['shop'] } })],
  remediation: {
    executors: [
      createKubernetesExecutor({
        baseUrl: writing.baseUrl,
        fetch: writing.fetch,
        writeToken: writing.token ?? '',
        redact: createRedactor(),
        dryRun: true,
      }),
    ],
    services: {
      checkout: { isOn: true, safeActions: ['rollback'], approverRoles: ['approver'] },
    },
    freezeWindows: [
      {
        startMs: Date.parse('2026-12-23T00:00:00Z'),
        endMs: Date.parse('2027-01-02T00:00:00Z'),
        reason: 'end of the year',
      },
    ],
  },
});
