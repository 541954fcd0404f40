import {
  createScenario,
  createSimulatorFetch,
  type Scenario,
  type SimulatorFetch,
} from '@midwatch/simulator';
import {
  type Front,
  type FrontAnswer,
  type FrontRequest,
  listenFront,
  writeUntilGone,
} from './soak-listen.ts';

const SOURCES = ['loki', 'prometheus', 'argocd', 'jaeger'] as const;
const FAULTS = ['hang', 'status', 'drip', 'malformed', 'huge'] as const;
type Fault = (typeof FAULTS)[number];

/** A fault of one source lasts so long, out of each turn; then comes the next source, and after all of them the next fault. */
const FAULT_MS = 6_000;
const TURN_MS = 20_000;
/** Telemetry of one story; then it is told anew, so that alerts are never long ago. */
const STORY_MS = 10 * 60_000;
const HUGE_BYTES = 256 * 1024 * 1024;

export interface SoakSources extends Front {
  readonly token: string;
  /** The alert of the story that is told now. */
  story(): { readonly service: string; readonly namespace: string; readonly startsAtMs: number };
  /** Requests by what they were answered. */
  readonly answered: ReadonlyMap<Fault | 'ok', number>;
}

interface Story {
  readonly scenario: Scenario;
  readonly fetch: SimulatorFetch;
  readonly toldAtMs: number;
  /** Answers by request without its times: a source that computes would be measured in place of the server. */
  readonly answers: Map<string, { status: number; type: string; body: string }>;
}

/** The simulator's fronts, with one source at a time at fault. Services `soak-N` and places `place-N` are those of the story. */
export async function openSoakSources(): Promise<SoakSources> {
  const startedAtMs = Date.now();
  let story = tell();
  const answered = new Map<Fault | 'ok', number>();

  function tell(): Story {
    const scenario = createScenario({ name: 'pool-exhaustion', nowMs: Date.now() });
    return { scenario, fetch: createSimulatorFetch(scenario), toldAtMs: Date.now(), answers: new Map() };
  }

  function current(): Story {
    if (Date.now() - story.toldAtMs > STORY_MS) story = tell();
    return story;
  }

  function faultOf(path: string): Fault | undefined {
    const sinceMs = Date.now() - startedAtMs;
    const turn = Math.floor(sinceMs / TURN_MS);
    if (sinceMs % TURN_MS >= FAULT_MS) return undefined;
    const source = SOURCES[turn % SOURCES.length];
    const fault = FAULTS[Math.floor(turn / SOURCES.length) % FAULTS.length];
    return path.startsWith(`/${source}/`) ? fault : undefined;
  }

  const answer: FrontAnswer = async (request, outgoing) => {
    const fault = faultOf(request.path);
    const kind = fault ?? 'ok';
    answered.set(kind, (answered.get(kind) ?? 0) + 1);
    if (fault === 'hang') return;
    if (fault === 'status') {
      outgoing.writeHead(500, { 'content-type': 'text/plain' }).end('internal error');
      return;
    }
    const { status, type, body } = await ask(current(), request);
    outgoing.writeHead(status, { 'content-type': type });
    if (fault === 'malformed') outgoing.end(body.slice(0, body.length / 2));
    else if (fault === 'drip')
      await writeUntilGone(outgoing, body.slice(0, 200) || ' ', { everyMs: 200, maxBytes: 1e6 });
    else if (fault === 'huge')
      await writeUntilGone(outgoing, ' '.repeat(64 * 1024), { maxBytes: HUGE_BYTES });
    else outgoing.end(body);
  };

  const front = await listenFront(answer);
  return {
    ...front,
    answered,
    token: story.scenario.argocdToken,
    story() {
      const [alert] = current().scenario.alert.alerts;
      const { namespace = '', service = '' } = alert?.labels ?? {};
      return { service, namespace, startsAtMs: Date.parse(alert?.startsAt ?? '') };
    },
  };
}

async function ask(
  story: Story,
  request: FrontRequest,
): Promise<{ status: number; type: string; body: string }> {
  const [alert] = story.scenario.alert.alerts;
  const { namespace = '', service = '' } = alert?.labels ?? {};
  const asTold = (text: string) => text.replaceAll(/soak-\d+/g, service).replaceAll(/place-\d+/g, namespace);
  const { method } = request;
  const [path, body] = [asTold(request.path), asTold(request.body)];
  const key = `${method} ${path} ${body}`.replaceAll(/\d{9,}(\.\d+)?|\d{4}-\d\d-\d\dT[\d:.%A]*Z?/g, 'T');
  const known = story.answers.get(key);
  if (known !== undefined) return known;
  const headers = new Headers();
  for (const name of ['content-type', 'authorization', 'accept', 'x-scope-orgid']) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const response = await story.fetch(`http://simulator${path}`, {
    method,
    headers,
    ...(hasBody ? { body } : {}),
  });
  const type = response.headers.get('content-type') ?? 'application/json';
  const answer = { status: response.status, type, body: await response.text() };
  story.answers.set(key, answer);
  return answer;
}
