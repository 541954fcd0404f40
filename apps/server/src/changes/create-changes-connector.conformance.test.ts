import { createMemoryStore } from '@midwatch/store/memory';
import { type ConformanceScenario, connectorConformance } from '@midwatch/testkit/conformance';
import { createChangesConnector } from './create-changes-connector.js';

async function createWith({ count, kind, service, window }: ConformanceScenario) {
  const { changes } = createMemoryStore();
  const stepMs = (window.endMs - window.startMs) / Math.max(count, 1);
  const told = Array.from({ length: kind === 'deploys' ? count : 0 }, (_, index) => ({
    timestampMs: window.startMs + Math.floor(index * stepMs),
    service,
    version: `v1.${index}.0`,
    url: `https://ci.example/runs/${index}`,
    changes: [],
  }));
  await changes.add(told, window.endMs);
  return createChangesConnector(changes);
}

const skip = { 'unknown-service': 'What is told are changes, not which services there are.' };

await connectorConformance({ name: 'changes', createWith, skip });
