import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@midwatch/vitest-preset/free-port';
import { end, run } from './alerting-stack.js';

interface Scraped {
  readonly prometheus: string;
  /** `host:port` of what is scraped. */
  readonly target: string;
  readonly token: string;
  /** A file of rules. */
  readonly rules?: string;
}

/** A series of an answer. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Debian's Prometheus, which reads `/metrics` as docs/api.md says. */
export async function startScraping({ prometheus, rules, target, token }: Scraped) {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-scraping-'));
  const port = await findFreePort();
  const file = join(folder, 'prometheus.yml');
  writeFileSync(
    file,
    `global: { scrape_interval: 1s, evaluation_interval: 1s }
${rules === undefined ? '' : `rule_files: ['${rules}']`}
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
  const askAll = async (query: string): Promise<readonly Sample[]> => {
    const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`;
    const answer = (await (await fetch(url)).json()) as {
      error?: string;
      data?: { result?: { metric: Record<string, string>; value: [number, string] }[] };
    };
    if (answer.error !== undefined) throw new Error(`${query}: ${answer.error}`);
    return (answer.data?.result ?? []).map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  };
  return {
    /** The first value of an instant query. */
    ask: async (query: string): Promise<number | undefined> => (await askAll(query))[0]?.value,
    /** Every series of one; rejects when Prometheus cannot run it. */
    askAll,
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
