import { AnalyzerError, type ClaudeAnalysis, createClaudeAnalyzer } from '@midwatch/analyzer-claude';
import type { AnalyzeInput } from '@midwatch/core/incident';

const claude = createClaudeAnalyzer({ token: () => process.env['ANTHROPIC_API_KEY'] ?? '' });

export async function judge(input: AnalyzeInput): Promise<ClaudeAnalysis | undefined> {
  try {
    return await claude.analyze(input, {
      signal: new AbortController().signal,
      deadlineAtMs: Date.now() + 8000,
    });
  } catch (error) {
    if (!AnalyzerError.is(error)) throw error;
    console.warn(error.message, error.usage?.costUsd);
    return undefined;
  }
}
