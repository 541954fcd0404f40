import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findProgram } from '@midwatch/setup/real-components';
import { realComponent } from '@midwatch/vitest-preset/real';
import { expect, test } from 'vitest';

realComponent('prometheus', () => {
  test('every alert of the rules fires when it should, says what it means, and is silent when all is well', {
    timeout: 60_000,
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'midwatch-alerts-'));
    const ledger = new URL('./grafana/', import.meta.resolve('@midwatch/ledger/package.json'));
    copyFileSync(new URL('midwatch-rules.yaml', ledger), join(folder, 'midwatch-rules.yaml'));
    const cases = join(folder, 'accuracy-alerts.yaml');
    copyFileSync(fileURLToPath(new URL('./__fixtures__/accuracy-alerts.yaml', import.meta.url)), cases);
    const promtool = findProgram('promtool');
    if (promtool === undefined) throw new Error('needs promtool of Debian package prometheus');
    const { stdout } = await promisify(execFile)(promtool, ['test', 'rules', cases]);
    expect(stdout).toContain('SUCCESS');
  });
});
