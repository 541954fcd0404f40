import { AnalyzerError } from './analyzer-error.js';
import { type CallTime, createCallDeadline } from './call-deadline.js';
import type { MessagesServer } from './messages-server.js';
import type { ModelRequest } from './model-request.js';
import type { ModelUsage } from './model-usage.js';
import { sendMessage } from './send-message.js';

interface Question<T> {
  readonly request: ModelRequest;
  readonly server: MessagesServer;
  readonly call: CallTime;
  /** Throws an `AnalyzerError` when the message holds no answer. */
  readonly parse: (message: unknown) => T;
  readonly onUsage: (usage: ModelUsage) => void;
}

/** One answer within the deadline; rejects with an `AnalyzerError`. What was billed is told in either case. */
export async function askModel<T extends { readonly usage?: ModelUsage }>({
  request,
  server,
  call,
  parse,
  onUsage,
}: Question<T>): Promise<T> {
  const deadline = createCallDeadline(call);
  const tell = (usage: ModelUsage | undefined) => {
    try {
      if (usage !== undefined) onUsage(usage);
    } catch {
      // A broken counter must not cost an incident its answer.
    }
  };
  try {
    const answer = parse(await sendMessage(request, server, deadline));
    tell(answer.usage);
    return answer;
  } catch (error) {
    if (AnalyzerError.is(error)) tell(error.usage);
    throw error;
  } finally {
    deadline.release();
  }
}
