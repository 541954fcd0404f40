import type { ReviewInput } from '@midwatch/core/incident';
import { analyzeInput } from './analyze-input.js';

const madeAtMs = Date.UTC(2026, 10, 1, 3, 31);

/** A rollback of the change that the dossier of `analyzeInput` blames. */
export const reviewInput: ReviewInput = {
  ...analyzeInput,
  analysis: {
    verdict: 'cause-found',
    confidence: 'HIGH',
    confidenceReason: 'The change and the waits fit.',
    summary: 'ledger lacks connections since its limit was lowered from 80 to 8.',
    hypotheses: [
      {
        statement: 'ledger waits for connections.',
        service: 'ledger',
        change: 'D1',
        evidence: ['D1', 'T1'],
        disprovedBy: 'Waits with a limit of 80.',
      },
    ],
    timeline: [],
    advice: [
      { action: 'investigate', service: 'ledger', reason: 'See whether waits end.', evidence: ['T1'] },
      { action: 'rollback', service: 'ledger', change: 'D1', reason: 'It restores 80.', evidence: ['D1'] },
    ],
    analyzer: { name: 'claude', model: 'claude-haiku-5-5', promptVersion: 'p' },
    admission: { droppedIds: 0, droppedClaims: 0, uncoveredNumbers: 0, notes: [] },
  },
  proposal: {
    planId: 'a'.repeat(64),
    remedy: 'rollback',
    service: 'ledger',
    target: 'kubernetes deployment shop/ledger',
    title: 'Roll ledger back to v2.1.0',
    steps: ['Put the template of revision 6 back', 'Wait until 3 pods are ready'],
    diff: [
      { path: 'spec.template.env.LIMIT', before: '8', after: '80' },
      { path: 'spec.template.env.NEW', before: 'on', after: null },
    ],
    isReversible: true,
    people: 2,
    peopleReasons: ['schema migrations were not looked for'],
    evidence: ['D1', 'T1'],
    madeAtMs,
    expiresAtMs: madeAtMs + 900_000,
    plan: { onlyForTheRemediator: 'never-sent-5d1e' },
  },
};
