import { useRef, useState } from 'preact/hooks';
import type { SessionAnswer } from './live/answers.js';
import { ask, Refusal } from './live/ask.js';

/** Exchanges a token for the session's cookie. The token is sent once and kept nowhere. */
export function SignIn({ onSignedIn }: { readonly onSignedIn: () => Promise<void> }) {
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);

  const submit = async () => {
    const token = field.current?.value ?? '';
    setBusy(true);
    setProblem(undefined);
    const said = await signIn(token);
    setBusy(false);
    if (said === undefined) return onSignedIn();
    setProblem(said);
    field.current?.focus();
    field.current?.select();
  };

  return (
    <section class="card sign-in" aria-labelledby="sign-in">
      <h1 id="sign-in">Sign in</h1>
      <p class="muted">
        With an access token of this server (<code>MIDWATCH_TOKENS</code>): it decides what you may do.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label for="token">Access token</label>
        <input
          id="token"
          ref={field}
          type="password"
          autocomplete="current-password"
          spellcheck={false}
          required
          maxLength={4096}
          aria-invalid={problem !== undefined}
          aria-describedby="sign-in-problem"
        />
        <p id="sign-in-problem" class="problem" role="alert">
          {problem}
        </p>
        <button type="submit" class="main" disabled={isBusy}>
          {isBusy ? 'Signing in …' : 'Sign in'}
        </button>
      </form>
    </section>
  );
}

/** What went wrong, in words; `undefined` when the browser has the session. */
async function signIn(token: string): Promise<string | undefined> {
  try {
    await ask<SessionAnswer>('/session', { body: { token } });
    const kept = await ask<SessionAnswer>('/session');
    if (kept !== 'unchanged' && kept.value.state === 'signed-in') return undefined;
    return 'The token is right, but the browser did not keep the session: open this page through https.';
  } catch (error) {
    if (!(error instanceof Refusal)) return 'The server cannot be reached.';
    if (error.status === 401) return 'This is no token of this server that may read.';
    if (error.status === 429) return 'Too many attempts: wait a little, and try again.';
    return error.message;
  }
}
