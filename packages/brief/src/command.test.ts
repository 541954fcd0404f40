import { execFileSync } from 'node:child_process';
import type { Advice, ChangeFinding } from '@midwatch/core/incident';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { change } from './__fixtures__/brief-input.js';
import { shellQuote, toCommand } from './command.js';

const advice: Advice = { action: 'rollback', service: 'checkout', change: 'D1', reason: '', evidence: [] };
type Rollback = NonNullable<ChangeFinding['deploy']['rollback']>;
const withRollback = (rollback: Rollback): ChangeFinding => ({
  ...change,
  deploy: { ...change.deploy, rollback },
});

describe('shellQuote', () => {
  it('gives the shell exactly the text back, whatever it holds', () => {
    const printable = fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(printable, (text) => {
        const echoed = execFileSync('sh', ['-c', `printf %s ${shellQuote(text)}`]);
        expect(echoed.toString()).toBe(text);
      }),
      { numRuns: 60 },
    );
  });

  it('quotes what would be read as an option', () => {
    expect(shellQuote('--all')).toBe("'--all'");
  });
});

describe('toCommand', () => {
  it('undoes a Kubernetes rollout to the exact revision', () => {
    const rollback = {
      system: 'kubernetes',
      object: 'deployment/checkout',
      namespace: 'shop',
      toRevision: '7',
    } as const;
    expect(toCommand(advice, withRollback(rollback))).toBe(
      'kubectl rollout undo deployment/checkout --namespace shop --to-revision=7',
    );
  });

  it('leaves automated sync alone where it does not heal', () => {
    const rollback = { system: 'argocd', object: 'checkout', toRevision: '41' } as const;
    expect(toCommand(advice, withRollback(rollback))).toBe('argocd app rollback checkout 41');
  });

  it('gives none for other systems, other actions, no change, or text with line breaks', () => {
    expect(
      toCommand(advice, withRollback({ system: 'other', object: 'x', toRevision: '1' })),
    ).toBeUndefined();
    expect(toCommand({ ...advice, action: 'restart' }, change)).toBeUndefined();
    expect(toCommand(advice, undefined)).toBeUndefined();
    const hostile = { system: 'argocd', object: 'x\nrm -rf /', toRevision: '1' } as const;
    expect(toCommand(advice, withRollback(hostile))).toBeUndefined();
  });

  it.each([
    '$(reboot);`id`',
    "1' || id #",
    '--server=evil.example',
    '-n',
    '../../other/app',
    'check out',
    'checkout\u202e',
    'check\u200bout',
    'сheckout',
    'a'.repeat(300),
    '',
  ])('gives none for what is no name of an object: %s', (text) => {
    const rollback = { system: 'argocd', object: 'checkout', toRevision: '41' } as const;
    expect(toCommand(advice, withRollback({ ...rollback, object: text }))).toBeUndefined();
    expect(toCommand(advice, withRollback({ ...rollback, toRevision: text }))).toBeUndefined();
    const inCluster = { ...rollback, system: 'kubernetes', namespace: text } as const;
    expect(toCommand(advice, withRollback(inCluster))).toBeUndefined();
  });
});
