import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@midwatch/vitest-preset/free-port';

export interface AlertingStack {
  readonly prometheusUrl: string;
  close(): Promise<void>;
}

interface StackOptions {
  readonly prometheus: string;
  readonly alertmanager: string;
  /** `host:port` of what is scraped. */
  readonly target: string;
  readonly webhookUrl: string;
  readonly webhookToken: string;
}

const rules = `groups:
- name: shop
  rules:
  - alert: PoolExhausted
    expr: db_client_connections_pending_requests > 100
    labels: { severity: critical, namespace: shop }
    annotations: { summary: '{{ $value }} requests of {{ $labels.service }} wait for a connection' }
`;

/** Debian's Prometheus and Alertmanager, configured as the README says, in a folder of their own. */
export async function startAlerting(options: StackOptions): Promise<AlertingStack> {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-alerting-'));
  const [prometheusPort, alertmanagerPort] = [await findFreePort(), await findFreePort()];
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const rulesFile = write('rules.yml', rules);
  const alertmanagerFile = write(
    'alertmanager.yml',
    `route: { receiver: midwatch, group_by: [alertname, service], group_wait: 0s, group_interval: 1s, repeat_interval: 1h }
receivers:
- name: midwatch
  webhook_configs:
  - url: ${options.webhookUrl}
    send_resolved: true
    http_config: { authorization: { credentials: ${options.webhookToken} } }
`,
  );
  const prometheusFile = write(
    'prometheus.yml',
    `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [${rulesFile}]
alerting: { alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:${alertmanagerPort}'] }] }] }
scrape_configs: [{ job_name: shop, static_configs: [{ targets: ['${options.target}'] }] }]
`,
  );
  const children = [
    run(options.alertmanager, [
      `--config.file=${alertmanagerFile}`,
      `--storage.path=${join(folder, 'alertmanager')}`,
      `--web.listen-address=127.0.0.1:${alertmanagerPort}`,
      '--cluster.listen-address=',
    ]),
    run(options.prometheus, [
      `--config.file=${prometheusFile}`,
      `--storage.tsdb.path=${join(folder, 'prometheus')}`,
      `--web.listen-address=127.0.0.1:${prometheusPort}`,
    ]),
  ];
  return {
    prometheusUrl: `http://127.0.0.1:${prometheusPort}`,
    close: async () => {
      await Promise.all(children.map(end));
    },
  };
}

export function run(binary: string, args: readonly string[]): ChildProcess {
  return spawn(binary, args, { stdio: 'ignore' });
}

export function end(child: ChildProcess): Promise<unknown> {
  if (child.exitCode !== null) return Promise.resolve();
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  return ended;
}
