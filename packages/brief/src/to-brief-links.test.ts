import type { BriefInput } from '@midwatch/core/incident';
import { describe, expect, it } from 'vitest';
import { change, input } from './__fixtures__/brief-input.js';
import { type BriefSettings, createToBrief } from './to-brief.js';

function withDeploy(deploy: Partial<typeof change.deploy>, given: BriefInput = input): BriefInput {
  const changed = { ...change, deploy: { ...change.deploy, ...deploy } };
  const findings = given.evidence.findings.map((finding) => (finding.id === 'D1' ? changed : finding));
  return { ...given, evidence: { ...given.evidence, findings } };
}

function withRunbook(runbookUrl: string): BriefInput {
  return { ...input, alert: { ...input.alert, runbookUrl } };
}

/** Every query of the deploy source opens a page of Argo CD's. */
const linked: BriefInput = {
  ...input,
  collection: {
    ...input.collection,
    sources: input.collection.sources.map((source) => ({
      ...source,
      provenance: source.provenance.map((each) => ({
        ...each,
        ...(source.connectorId === 'argocd' ? { url: 'https://argo.example/applications' } : {}),
      })),
    })),
  },
};

const briefOf = (of: BriefInput, settings: BriefSettings = {}) => createToBrief(settings)(of);

describe('links of a brief', () => {
  it('lead to the page of a pull request only where its host is configured', () => {
    expect(briefOf(input).change).not.toHaveProperty('changeRequestUrl');
    expect(briefOf(input, { linkHosts: ['Git.example'] }).change?.changeRequestUrl).toBe(
      'https://git.example/pull/12',
    );
    expect(briefOf(input, { linkHosts: ['example', 'pull.git.example'] }).change).not.toHaveProperty(
      'changeRequestUrl',
    );
  });

  it('open the queries of connectors, and the change itself at a host of theirs', () => {
    const url = 'https://argo.example/applications/argocd/checkout';
    const brief = briefOf(withDeploy({ url }, linked));
    expect(brief.change).toMatchObject({ url, query: { url: 'https://argo.example/applications' } });
    expect(brief.evidence.find(({ id }) => id === 'D1')?.queries[0]?.url).toBe(url);
    const evil = briefOf(withDeploy({ url: 'https://evil.example/x' }, linked));
    expect(JSON.stringify(evil)).not.toContain('evil.example');
  });

  it.each([
    'javascript:alert(1)',
    'https://runbooks.example@evil.example/',
    'https://user:secret@runbooks.example/',
    'https://runbooks.example.evil.example/',
    'https://evil.example/https://runbooks.example/',
    'https://evil.example\\@runbooks.example/',
    'https://runbooks.example/\u202eevil',
    'http://',
    'x'.repeat(5000),
  ])('never lead to %j', (address) => {
    const brief = briefOf(withRunbook(address), { linkHosts: ['runbooks.example'] });
    expect(brief).not.toHaveProperty('runbook');
    expect(JSON.stringify(brief)).not.toContain('secret');
  });
});

describe('the runbook', () => {
  const runbooks = [
    { title: 'For the service', alerts: [], services: ['checkout'], path: 'checkout.md' },
    { title: 'For the alert', alerts: ['LatencyHigh'], services: [], path: 'latency.md' },
  ];

  it('is the one that the alert names, when its host is configured', () => {
    const url = 'https://runbooks.example/latency';
    const brief = briefOf(withRunbook(url), { linkHosts: ['runbooks.example'], runbooks });
    expect(brief.runbook).toEqual({ title: 'runbooks.example', url });
  });

  it('else that of the service, of this alert, of the service by name; never one that only looks alike', () => {
    const services = [{ name: 'checkout', runbookUrl: 'https://wiki.example/checkout' }];
    expect(briefOf(input, { services, runbooks }).runbook).toEqual({
      title: 'wiki.example',
      url: 'https://wiki.example/checkout',
    });
    expect(briefOf(input, { runbooks }).runbook).toEqual({ title: 'For the alert', path: 'latency.md' });
    expect(briefOf(input, { runbooks: runbooks.slice(0, 1) }).runbook?.title).toBe('For the service');
    const near = [{ title: 'Near', alerts: ['latencyhigh', 'LatencyHigh2', 'Latency'], services: ['check'] }];
    expect(briefOf(input, { runbooks: near })).not.toHaveProperty('runbook');
  });

  it('that cannot be shown is said to be named, with its host and nothing of its address', () => {
    const brief = briefOf(withRunbook('https://evil.example/login?next=slack'));
    expect(brief.footer.notes).toEqual([
      `the alert's runbook is at "evil.example", which is none of the configured link hosts`,
    ]);
  });
});
