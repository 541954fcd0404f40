import type { AdmittedAnalysis } from '@midwatch/core/incident';
import { expect, it } from 'vitest';
import { findDifferences, toGist } from './compare-answers.js';

const honest: AdmittedAnalysis = {
  ...{ verdict: 'cause-found', confidence: 'HIGH', confidenceReason: 'both', summary: 'cart is broken.' },
  ...{ hypotheses: [], timeline: [], advice: [], analyzer: { name: 'claude', model: 'small-1' } },
  admission: { droppedIds: 0, droppedClaims: 0, uncoveredNumbers: 0, notes: [] },
};

it('what the record of an analyzer lowered then is no difference of its answers', () => {
  const lowered: AdmittedAnalysis = {
    ...{ ...honest, confidence: 'MEDIUM' },
    admission: { ...honest.admission, uncalibratedConfidence: 'HIGH' },
  };
  expect(findDifferences(toGist(lowered), toGist(honest))).toEqual([]);
  expect(findDifferences(toGist({ ...honest, confidence: 'MEDIUM' }), toGist(honest))).toEqual([
    'confidence',
  ]);
});
