import { expect, it } from 'vitest';
import { alert, fleet, ordinary, reduced } from './__fixtures__/small-fleet.js';
import { admit, createEvidenceAnalyzer } from './index.js';

it('signals become an admitted analysis in a Worker', async () => {
  const evidence = reduced(fleet({ ...ordinary, storeMs: 400, failing: 'store' }));
  const dossier = { text: '', estimatedTokens: 0, citableIds: [], omittedIds: [], fence: '' };
  const call = { signal: new AbortController().signal, deadlineAtMs: 0 };
  const analysis = await createEvidenceAnalyzer().analyze({ alert, evidence, dossier }, call);
  expect(admit(analysis, evidence, { name: 'evidence' })).toMatchObject({
    verdict: 'cause-found',
    confidence: 'HIGH',
    hypotheses: [{ service: 'store' }],
    admission: { droppedClaims: 0, uncoveredNumbers: 0 },
  });
});
