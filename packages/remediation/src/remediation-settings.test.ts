import { describe, expect, it } from 'vitest';
import { setUp } from './__fixtures__/kubernetes-plans.js';
import { createWorld } from './__fixtures__/remediator-world.js';
import { remediationSettingsSchema, settingsOf } from './remediation-settings.js';

describe('remediationSettingsSchema', () => {
  it.each([
    [{}],
    [{ services: { api: { isOn: 'yes' } } }],
    [{ services: { api: { ison: true } } }],
    [{ services: { api: { safeActions: ['scale-back'] } } }],
    [{ services: { api: { safeActions: ['delete'] } } }],
    [{ services: { api: { maxActionsPerDay: 0 } } }],
    [{ services: { api: {} }, freezeWindow: [] }],
    [{ services: {}, freezeWindows: [{ startMs: 2, endMs: 1, reason: 'sale' }] }],
    [{ services: {}, proposalLifetimeMs: 1_000 }],
  ])('refuses %j', (value) => {
    expect(remediationSettingsSchema.safeParse(value).success).toBe(false);
  });

  it('takes what is whole', () => {
    const value = {
      services: {
        api: { isOn: true, safeActions: ['rollback'], undoesByItself: true, approverRoles: ['admin'] },
      },
      freezeWindows: [{ startMs: 1, endMs: 2, reason: 'sale' }],
      proposalLifetimeMs: 600_000,
    };
    expect(remediationSettingsSchema.parse(value)).toEqual(value);
  });
});

it('what every object has by itself is no service', () => {
  for (const name of ['constructor', '__proto__', 'toString']) expect(settingsOf({}, name)).toBeUndefined();
});

it('a remediator is not made of settings with a mistake, nor of two executors with one id', () => {
  expect(() => createWorld({ services: { api: { isOnn: true } as never } })).toThrow('isOnn');
  const { executor } = setUp();
  expect(() => createWorld({ executors: [executor, executor] })).toThrow('same id');
});
