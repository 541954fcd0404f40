import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig, readBriefSettings } from './load-config.js';

const connector =
  "{ specVersion: 'v1', id: 'a', sources: {}, checkHealth: async () => ({ state: 'healthy' }) }";

async function load(text: string, name = 'midwatch.config.ts') {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
  writeFileSync(join(folder, name), text);
  return loadConfig(undefined, folder);
}

describe('loadConfig', () => {
  it('reads TypeScript', async () => {
    const config = await load(
      `const id: string = 'x';\nexport default { connectors: [${connector}], services: [{ name: id }] };\n`,
    );
    expect(config.services).toEqual([{ name: 'x' }]);
    expect(config.connectors[0]?.id).toBe('a');
  });

  it('reads owners, hosts of links and runbooks for briefs, the folder from where the file stands', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
    mkdirSync(join(folder, 'runbooks'));
    writeFileSync(join(folder, 'runbooks', 'slow.md'), '# LatencyHigh');
    const services = "[{ name: 'api', team: 'storefront' }]";
    writeFileSync(
      join(folder, 'midwatch.config.ts'),
      `export default { connectors: [${connector}], services: ${services},
        linkHosts: ['git.example'], runbooks: { folder: './runbooks', webUrl: 'https://git.example/runbooks' } };`,
    );
    const settings = await readBriefSettings(await loadConfig(join(folder, 'midwatch.config.ts'), tmpdir()));
    expect(settings).toMatchObject({
      services: [{ team: 'storefront' }],
      linkHosts: ['git.example'],
      runbooks: [{ alerts: ['LatencyHigh'], url: 'https://git.example/runbooks/slow.md' }],
    });
  });

  it('refuses a host that is an address, and names a folder that is not there', async () => {
    const text = `export default { connectors: [${connector}], linkHosts: ['https://git.example'] };`;
    await expect(load(text)).rejects.toThrow(/`linkHosts\.0` is a host without scheme/);
    const config = await load(`export default { connectors: [${connector}], runbooks: { folder: 'none' } };`);
    await expect(readBriefSettings(config)).rejects.toThrow(/the runbooks of .*none cannot be read/);
  });

  it('names a key that is misspelt', async () => {
    const text = `export default { conectors: [], connectors: [${connector}] };`;
    await expect(load(text)).rejects.toThrow(/midwatch\.config\.ts: .*"conectors"/);
  });

  it('names a value that is not what it should be', async () => {
    await expect(load('export default { connectors: [42] };')).rejects.toThrow(
      /`connectors\.0` is not a connector/,
    );
    await expect(load('export default { connectors: [] };')).rejects.toThrow(/`connectors` is empty/);
    await expect(load('export const config = 1;')).rejects.toThrow(/midwatch\.config\.ts/);
  });

  it('says how a time is written, and how many more mistakes there are', async () => {
    const rules =
      "{ cooldown: 5, maintenance: [{ startsAt: '2026-11-28 01:00', endsAt: 'x', service: 'api' }] }";
    await expect(load(`export default { connectors: [${connector}], rules: ${rules} };`)).rejects.toThrow(
      /`rules\.maintenance\.0\.startsAt` must be a time with its offset, such as 2026-11-28T01:00:00Z; .*; and 1 more$/,
    );
  });

  it('refuses two connectors with one id', async () => {
    await expect(load(`export default { connectors: [${connector}, ${connector}] };`)).rejects.toThrow(
      'have the id `a`',
    );
  });

  it.each([
    ["[{ name: 'a' }, { name: 'a' }]", /`services\.1\.name` `a` is there twice/],
    ["[{ name: 'a', aliases: { loki: '' } }]", /services\.0\.aliases\.loki/],
    [
      "[{ name: 'a', aliases: { loki: 'x' } }, { name: 'b', namespace: 'n', aliases: { loki: 'x' } }]",
      /`services\.1\.aliases` `x` at `loki` is another service's; give both their `namespace`/,
    ],
    [
      "[{ name: 'a', argocdApp: 'x' }, { name: 'b', argocdApp: 'x' }]",
      /`services\.1\.argocdApp` `x` is that of another service/,
    ],
  ])('refuses services that cannot be told apart: %s', async (services, message) => {
    await expect(
      load(`export default { connectors: [${connector}], services: ${services} };`),
    ).rejects.toThrow(message);
  });

  it('takes one alias for two services in two namespaces', async () => {
    const services =
      "[{ name: 'a', namespace: 'm', aliases: { loki: 'x' } }, { name: 'b', namespace: 'n', aliases: { loki: 'x' } }]";
    const config = await load(`export default { connectors: [${connector}], services: ${services} };`);
    expect(config.services).toHaveLength(2);
  });

  it('names file and line of a mistake in the code', async () => {
    await expect(load('export default {\n  connectors: [\n};\n')).rejects.toThrow(/midwatch\.config\.ts/);
    await expect(load("import { x } from 'no-such-package-anywhere';\nexport default x;\n")).rejects.toThrow(
      /midwatch\.config\.ts.*no-such-package-anywhere/s,
    );
  });

  it('says where it looked', async () => {
    await expect(loadConfig(undefined, tmpdir())).rejects.toThrow(
      /no midwatch\.config\.ts in .*--config FILE.*--bundle DIR/,
    );
    await expect(loadConfig('other.ts', tmpdir())).rejects.toThrow(
      /other\.ts: no such file.*MIDWATCH_CONFIG/,
    );
  });

  const executor = "{ id: 'a', apply() {}, planFor() {}, readState() {} }";
  const withActions = (executors: string, services: string, more = '') =>
    load(
      `export default { connectors: [${connector}], remediation: { executors: [${executors}], services: ${services}${more} } };`,
    );

  it('reads what may be done, and to whom', async () => {
    const services = "{ api: { isOn: true, safeActions: ['rollback'], approverRoles: ['approver'] } }";
    const { remediation } = await withActions(executor, services, ', freezeWindows: []');
    expect(remediation).toMatchObject({ executors: [{ id: 'a' }], services: { api: { isOn: true } } });
    expect((await load(`export default { connectors: [${connector}] };`)).remediation).toBeUndefined();
  });

  it.each([
    ['{ id: 1 }', '{}', /`remediation\.executors\.0` is not an executor/],
    ['', '{}', /`remediation\.executors` is empty/],
    [`${executor}, ${executor}`, '{}', /`remediation\.executors\.1` has the id of another/],
    [executor.replace("'a'", "'b'"), '{}', /no connector has the id `b`/],
    [executor, '{ api: { isOn: true } }', /`remediation\.services\.api\.safeActions` is empty/],
    [executor, "{ api: { isOn: true, safeActions: ['restart'] } }", /services\.api\.approverRoles` is empty/],
    [
      executor,
      "{ api: { approverRoles: ['responder'] } }",
      /approverRoles\.0` must be `approver` or `admin`/,
    ],
    [executor, "{ api: { safeActions: ['delete'] } }", /services\.api\.safeActions\.0/],
    [executor, '{ api: { isOnn: true } }', /"isOnn"/],
  ])('refuses actions by %s for %s', async (executors, services, expected) => {
    await expect(withActions(executors, services)).rejects.toThrow(expected);
  });

  it('refuses a key of actions that is misspelt', async () => {
    await expect(withActions(executor, '{}', ', freezeWindow: []')).rejects.toThrow(/"freezeWindow"/);
  });
});
