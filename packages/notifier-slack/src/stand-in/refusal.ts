/** How Slack says no: 200 with `ok: false`. */
export function refusal(error: string, messages: readonly string[] = []): { ok: false; error: string } {
  return { ok: false, error, ...(messages.length === 0 ? {} : { response_metadata: { messages } }) };
}
