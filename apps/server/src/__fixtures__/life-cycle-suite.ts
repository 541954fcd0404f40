import type { Store } from '@midwatch/core/incident';
import { afterEach, describe } from 'vitest';
import { actionTests } from './suite-actions.js';
import { blindnessTests } from './suite-blindness.js';
import { groupingTests } from './suite-grouping.js';
import { incidentTests } from './suite-incident.js';
import { memoryTests } from './suite-memory.js';
import { peopleTests } from './suite-people.js';
import { shadowTests } from './suite-shadow.js';
import { stoppedTests } from './suite-stopped.js';
import { stormTests } from './suite-storm.js';

/** The life of incidents over an engine, the same for all: each test opens a store that is empty. */
export function lifeCycleSuite(engine: string, openEmpty: () => Promise<Store>): void {
  describe(`life cycle: ${engine}`, () => {
    const opened: Store[] = [];
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
    });
    const open = async () => {
      const store = await openEmpty();
      opened.push(store);
      return store;
    };
    describe('an incident', () => incidentTests(open));
    describe('alerts that come again', () => groupingTests(open));
    describe('what people say', () => peopleTests(open));
    describe('incidents that were seen before', () => memoryTests(open));
    describe('models that are stopped', () => stoppedTests(open));
    describe('Midwatch that is blind', () => blindnessTests(open));
    describe('actions', () => actionTests(open));
    describe('a shadow', () => shadowTests(open));
    describe('a storm', () => stormTests(open));
  });
}
