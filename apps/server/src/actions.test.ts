import { createMemoryStore } from '@midwatch/store/memory';
import { describe } from 'vitest';
import { actionFaultTests } from './__fixtures__/suite-action-faults.js';
import { decisionTests } from './__fixtures__/suite-actions.js';
import { effectTests } from './__fixtures__/suite-effects.js';

const open = async () => createMemoryStore();

describe('what people decide of actions', () => decisionTests(open));
describe('what becomes of actions', () => effectTests(open));
describe('actions that go wrong', () => actionFaultTests(open));
