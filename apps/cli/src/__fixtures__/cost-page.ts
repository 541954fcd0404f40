import { readFileSync } from 'node:fs';
import { estimateTokens, toModelRequest } from '@midwatch/analyzer-claude';
import type { Analyzer, EscalationReason } from '@midwatch/core/incident';
import { type Investigation, judge } from '@midwatch/responder';
import { parts } from '../investigation-parts.js';

/** What a model would be asked about one incident, and why a larger one would be asked after it. */
export interface AskedQuestion {
  /** Estimated. */
  readonly tokens: number;
  /** If it answers exactly as the evidence does. */
  readonly ifItAgrees: EscalationReason | undefined;
  /** If it is LOW where the evidence is MEDIUM. */
  readonly ifInDoubt: EscalationReason | undefined;
}

const { evidenceAnalyzer } = parts;
const agrees: Analyzer = { ...evidenceAnalyzer, name: 'scripted' };
const doubts: Analyzer = {
  name: 'scripted',
  async analyze(input, call) {
    const answer = await evidenceAnalyzer.analyze(input, call);
    return answer.confidence === 'MEDIUM' ? { ...answer, confidence: 'LOW' } : answer;
  },
};
const larger: Analyzer = { name: 'larger', analyze: () => Promise.reject(new Error('nobody is asked')) };

export async function askScripted(investigation: Investigation): Promise<AskedQuestion> {
  const { alert, analysis: otherwise, dossier, evidence } = investigation;
  const reasonWith = async (analyzer: Analyzer) => {
    const { escalation } = await judge({
      ...{ analyzer, largerAnalyzer: larger, admit: parts.admit, otherwise, deadlineMs: 10_000 },
      input: { alert, evidence, dossier },
      signal: new AbortController().signal,
    });
    return escalation?.reason;
  };
  return {
    tokens: estimateTokens(toModelRequest(investigation)),
    ifItAgrees: await reasonWith(agrees),
    ifInDoubt: await reasonWith(doubts),
  };
}

const page = readFileSync(new URL('../../../../docs/cost.md', import.meta.url), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

/** The figures of docs/cost.md about `simulated` or `recorded` incidents. */
export function readCostPage(incidents: 'simulated' | 'recorded') {
  const [requests, escalated] = rows.filter(([first]) => first?.startsWith(incidents));
  const number = (cell: string | undefined) => Number.parseFloat((cell ?? '').replaceAll(/[,$]/g, ''));
  return {
    requests: number(requests?.[1]),
    meanTokens: number(requests?.[2]),
    mostTokens: number(requests?.[3]),
    escalated: number(escalated?.[1]),
    escalatedInDoubt: number(escalated?.[2]),
    dollars: rows
      .filter(([, second]) => second === incidents)
      .map(([model = '', , ordinary, both]) => ({
        model: /`(.+)`/.exec(model)?.[1] ?? '',
        ordinary: number(ordinary),
        escalated: number(both),
      })),
  };
}

/** What the page says of answers and of the larger model. */
export const assumptions = {
  answerTokens: Number(/assumed to take ([\d,]+) tokens/.exec(page)?.[1]?.replace(',', '')),
  largerModel: /the larger one being `(.+?)`/.exec(page)?.[1] ?? '',
  pricesOf: /prices of (\d{4}-\d\d-\d\d)/.exec(page)?.[1] ?? '',
};
