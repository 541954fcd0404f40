import type { BriefInput } from '@midwatch/core/incident';
import { describe, expect, it } from 'vitest';
import { input, nowMs } from './__fixtures__/brief-input.js';
import { type BriefSettings, createToBrief } from './to-brief.js';

function standing(of: object = {}, settings: BriefSettings = {}): string | undefined {
  return createToBrief(settings)({ ...input, ...of }).standing;
}
const withPeople = (people: BriefInput['people']) => standing({ people });
const unchecked = 'not checked: jaeger traces; checked in part: prometheus metrics';

describe('the second line', () => {
  it('says what was not checked, and nothing of people where nothing is known of them', () => {
    expect(standing()).toBe(`N${unchecked.slice(1)}`);
  });

  it('names the owner as the configuration says, else as the alert does', () => {
    const alert = {
      ...input.alert,
      labels: { team: 'storefront' },
      annotations: { owner: 'the web people' },
    };
    expect(standing({ alert })).toBe(`Owner: storefront · ${unchecked}`);
    expect(standing({ alert: { ...alert, labels: {} } })).toBe(`Owner: "the web people" · ${unchecked}`);
    const services = [{ name: 'checkout', team: 'payments' }];
    expect(standing({ alert }, { services })).toBe(`Owner: payments · ${unchecked}`);
  });

  it('names the owner of a suspect that is another service', () => {
    const [suspect] = input.evidence.suspects;
    const evidence = { ...input.evidence, suspects: [{ ...suspect!, service: 'ledger' }] };
    expect(standing({ evidence }, { services: [{ name: 'ledger', team: 'finance' }] })).toContain(
      'Owner of ledger: finance',
    );
  });

  it('says who is on it, or that nobody is; until when it is silenced; and what people have found', () => {
    expect(withPeople({})).toContain('Nobody is on it yet');
    expect(withPeople({ owner: { by: 'dana', atMs: nowMs - 60_000 } })).toContain(
      'ana is on it since 03:49 UTC',
    );
    expect(withPeople({ silencedUntilMs: nowMs + 600_000 })).toContain('silenced until 04:00 UTC');
    expect(withPeople({ silencedUntilMs: nowMs - 1 })).not.toContain('silenced');
    const outcome = {
      judgement: 'wrong',
      service: 'ledger',
      cause: 'a lock',
      by: 'dana',
      via: 'slack',
      atMs: nowMs,
    } as const;
    expect(withPeople({ outcome })).toContain('dana says: wrong, it was ledger: "a lock"');
  });

  it('keeps to one line whatever a label holds', () => {
    const labels = { owner: 'x\n<!channel>\u202e"quoted" ' };
    expect(standing({ alert: { ...input.alert, labels } })).toBe(
      `Owner: "x <!channel>'quoted'" · ${unchecked}`,
    );
  });

  it('says so when every source answered in full', () => {
    const sources = input.collection.sources.filter(({ state }) => state === 'ok');
    expect(standing({ collection: { ...input.collection, sources } })).toBe('Every source answered in full');
  });
});
