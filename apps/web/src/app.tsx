import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { IncidentList } from './list/incident-list.js';
import type { SessionAnswer } from './live/answers.js';
import { ask } from './live/ask.js';
import { SIGNED_OUT } from './live/use-live.js';
import { useRoute } from './live/use-route.js';
import { ThemeSwitch } from './parts/theme.js';
import { SignIn } from './sign-in.js';

/** Who looks decides what is shown: the page that the address names, or the question for a token. */
export function App() {
  const [session, setSession] = useState<SessionAnswer>();
  const [problem, setProblem] = useState<string>();
  const route = useRoute();

  const check = async () => {
    try {
      const answer = await ask<SessionAnswer>('/session');
      if (answer !== 'unchanged') setSession(answer.value);
      setProblem(undefined);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'the server cannot be reached');
    }
  };
  const signOut = async () => {
    await ask('/session/end', { body: {} }).catch(() => undefined);
    await check();
  };

  useEffect(() => {
    void check();
    const onSignedOut = () => setSession({ state: 'signed-out' });
    addEventListener(SIGNED_OUT, onSignedOut);
    return () => removeEventListener(SIGNED_OUT, onSignedOut);
  }, []);

  const isIn = session !== undefined && session.state !== 'signed-out';
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header class="bar">
        <a class="brand" href="/">
          <span aria-hidden="true">☾</span> Midwatch
        </a>
        {isIn && <a href="/a">Accuracy</a>}
        <span class="grow" />
        {session?.state === 'signed-in' && <span class="role">{session.role}</span>}
        <ThemeSwitch />
        {session?.state === 'signed-in' && (
          <button type="button" class="quiet" onClick={() => void signOut()}>
            Sign out
          </button>
        )}
      </header>
      <main id="content" tabIndex={-1}>
        {problem !== undefined && session === undefined && (
          <p class="notice" role="alert">
            {problem}{' '}
            <button type="button" class="quiet" onClick={() => void check()}>
              Try again
            </button>
          </p>
        )}
        {session?.state === 'signed-out' && <SignIn onSignedIn={check} />}
        {isIn && route.page === 'incidents' && <IncidentList />}
        {isIn && route.page === 'incident' && (
          <LaterPage key={route.id} load={loadIncidentPage} id={route.id} role={session.role} />
        )}
        {isIn && route.page === 'accuracy' && <LaterPage key="accuracy" load={loadAccuracyPage} />}
        {isIn && route.page === 'nowhere' && (
          <p class="notice">
            Nothing is here. <a href="/">All incidents</a>
          </p>
        )}
      </main>
    </>
  );
}

const loadIncidentPage = async () => (await import('./incident/incident-page.js')).IncidentPage;
const loadAccuracyPage = async () => (await import('./accuracy/accuracy-page.js')).AccuracyPage;

type LaterProps<Props> = Props & { readonly load: () => Promise<ComponentType<Props>> };

/** What the list does not need is loaded when a page is opened. */
function LaterPage<Props extends object>({ load, ...props }: LaterProps<Props>) {
  const [loaded, setLoaded] = useState<{ readonly Page: ComponentType<Props> } | 'failed'>();
  useEffect(() => {
    load().then(
      (Page) => setLoaded({ Page }),
      () => setLoaded('failed'),
    );
  }, [load]);
  if (loaded === undefined) return <p class="muted">Loading …</p>;
  if (loaded === 'failed')
    return (
      <p class="notice" role="alert">
        The page could not be loaded whole: load it again.
      </p>
    );
  return <loaded.Page {...(props as unknown as Props)} />;
}
