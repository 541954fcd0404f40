import type { Store } from '@midwatch/core/incident';
import { afterEach, beforeEach, describe } from 'vitest';
import { actionTests } from './suite-actions.js';
import { alertTests } from './suite-alerts.js';
import { batchTests } from './suite-batches.js';
import { changeTests } from './suite-changes.js';
import { controlTests } from './suite-controls.js';
import { groupingTests } from './suite-grouping.js';
import { incidentTests } from './suite-incidents.js';
import { ledgerTests } from './suite-ledger.js';
import { memoryTests } from './suite-memories.js';
import { outboxTests } from './suite-outbox.js';
import { peopleTests } from './suite-people.js';
import { recordTests } from './suite-records.js';
import { shadowTests } from './suite-shadows.js';
import { settledTests } from './suite-settled.js';
import { spendingTests } from './suite-spending.js';
import { tallyTests } from './suite-tally.js';
import { textTests } from './suite-texts.js';
import { backlogTests, deadStepTests, stepTests } from './suite-work.js';

/** What every engine has to pass, on an empty store for each test. */
export function storeSuite(engine: string, open: () => Promise<Store>): void {
  describe(`store suite: ${engine}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());
    const current = () => store;
    describe('alerts', () => alertTests(current));
    describe('actions', () => actionTests(current));
    describe('many alerts at once', () => batchTests(current));
    describe('grouping', () => groupingTests(current));
    describe('incidents', () => incidentTests(current));
    describe('steps', () => stepTests(current));
    describe('dead steps', () => deadStepTests(current));
    describe('outbox', () => outboxTests(current));
    describe('backlog', () => backlogTests(current));
    describe('approvals, audit, bundles, retention', () => recordTests(current));
    describe('changes', () => changeTests(current));
    describe('controls', () => controlTests(current));
    describe('spending', () => spendingTests(current));
    describe('ledger', () => ledgerTests(current));
    describe('shadows', () => shadowTests(current));
    describe('tally', () => tallyTests(current));
    describe('settled record', () => settledTests(current));
    describe('memories', () => memoryTests(current));
    describe('people', () => peopleTests(current));
    describe('texts and sizes', () => textTests(current));
  });
}
