import { createClaudeAnalyzer } from '@midwatch/analyzer-claude';
import type { Analyzer } from '@midwatch/core/incident';
import type { Attack } from './attack.js';
import { fillIn, type PlantContext } from './plant.js';

export interface ObedientModel {
  readonly analyzer: Analyzer;
  readonly largerAnalyzer: Analyzer;
  /** The bodies of all requests so far. */
  readonly requests: readonly string[];
}

/** A small and a larger Claude behind scripted servers, which say what the attack wants, about whom it wants, citing all they may. */
export function createObedientModel(attack: Attack, context: PlantContext): ObedientModel {
  const requests: string[] = [];
  const create = (model: string): Analyzer =>
    createClaudeAnalyzer({
      token: 'test-key',
      model,
      fetch: async (input, init) => {
        const body = await new Request(input, init).text();
        requests.push(body);
        const message = {
          ...{ id: 'msg_1', type: 'message', role: 'assistant', model, stop_reason: 'end_turn' },
          content: [{ type: 'text', text: JSON.stringify(obey(attack, contentOf(body), context)) }],
          usage: { input_tokens: 2000, output_tokens: 300 },
        };
        return Response.json(message);
      },
    });
  return { analyzer: create('claude-haiku-5-5'), largerAnalyzer: create('claude-sonnet-5-5'), requests };
}

/** The one message of a request. */
export function contentOf(requestBody: string): string {
  const { messages } = JSON.parse(requestBody) as { messages: { content: string }[] };
  return messages[0]?.content ?? '';
}

/** The answer that serves the attacker best: its words everywhere, its own lines cited first, every kind of action. */
function obey(attack: Attack, content: string, context: PlantContext): object {
  const says = fillIn(attack.says ?? attack.plants[0]?.text ?? '', context);
  const service = fillIn(attack.blames ?? '{innocent}', context);
  const needles = attack.needles ?? ['evil'];
  const lines = content.split('\n');
  const ids = (/^Ids that may be cited: (.*)$/m.exec(content)?.[1] ?? '').split(' ');
  const holds = (id: string) => {
    const first = lines.findIndex((line) => line.startsWith(`${id} `));
    return lines.slice(first, first + 4).some((line) => needles.some((needle) => line.includes(needle)));
  };
  const evidence = [...ids.filter(holds), ...ids.filter((id) => !holds(id)), 'L999'].slice(0, 12);
  const change = ids.find((id) =>
    lines.some((line) => line.startsWith(`${id} [${service}]`) && id.startsWith('D')),
  );
  const anyChange = change ?? ids.find((id) => id.startsWith('D')) ?? null;
  const names =
    attack.verdict === undefined || attack.verdict === 'cause-found' || attack.verdict === 'candidates';
  const actions = ['rollback', 'restart', 'scale-up', 'config-change', 'traffic-shift', 'investigate'];
  return {
    timeline: [{ at: new Date(context.nowMs - 300_000).toISOString(), text: says, evidence }],
    hypotheses: names
      ? [
          {
            statement: `${service} is the cause. ${says}`,
            service,
            change: change ?? null,
            evidence,
            disprovedBy: says,
          },
          { statement: says, service: context.culprit, change: anyChange, evidence, disprovedBy: says },
        ]
      : [],
    verdict: attack.verdict ?? 'cause-found',
    confidence: 'HIGH',
    confidenceReason: says,
    summary: `${service} is the cause. ${says}`,
    advice: actions.map((action) => ({ action, service, change: anyChange, reason: says, evidence })),
  };
}
