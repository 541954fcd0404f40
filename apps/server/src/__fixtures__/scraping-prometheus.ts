import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { end, freePort, run } from './alerting-stack.js';

interface Scraped {
  readonly prometheus: string;
  /** `host:port` of what is scraped. */
  readonly target: string;
  readonly token: string;
}

/** Debian's Prometheus, which reads `/metrics` as docs/api.md says. */
export async function startScraping({ prometheus, target, token }: Scraped) {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-scraping-'));
  const port = await freePort();
  const file = join(folder, 'prometheus.yml');
  writeFileSync(
    file,
    `global: { scrape_interval: 1s }
scrape_configs:
  - job_name: midwatch
    authorization: { credentials: ${token} }
    static_configs: [{ targets: ['${target}'] }]
`,
  );
  const child = run(prometheus, [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  return {
    /** The first value of an instant query. */
    async ask(query: string): Promise<number | undefined> {
      const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`;
      const answer = (await (await fetch(url)).json()) as {
        data?: { result?: { value?: [number, string] }[] };
      };
      const value = answer.data?.result?.[0]?.value?.[1];
      return value === undefined ? undefined : Number(value);
    },
    close: () => end(child),
  };
}

/** What Prometheus's own linter says of a text of measures; empty when nothing. */
export function lintMetrics(promtool: string, text: string): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile(promtool, ['check', 'metrics'], (_error, stdout, stderr) => resolve(stdout + stderr));
    child.stdin?.end(text);
  });
}
