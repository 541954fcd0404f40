import { renderMarkdown, renderTerminal, toBrief } from '@midwatch/brief';
import type { BriefInput } from '@midwatch/core/incident';

export function tell(input: BriefInput): { readonly text: string; readonly markdown: string } {
  const brief = toBrief(input);
  const { nowMs } = input;
  return { text: renderTerminal(brief, { nowMs }), markdown: renderMarkdown(brief, { nowMs }) };
}
