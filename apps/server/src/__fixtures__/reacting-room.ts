import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createKubernetesConnector } from '@midwatch/connector-kubernetes';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import type { IncidentDetails } from '@midwatch/core/incident';
import { signSlackRequest } from '@midwatch/notifier-slack/stand-in';
import type { ServiceSettings } from '@midwatch/remediation';
import { createArgoCdExecutor } from '@midwatch/remediation/argocd';
import { createKubernetesExecutor } from '@midwatch/remediation/kubernetes';
import { startReactingSimulator } from '@midwatch/simulator';
import { playQuarter, type QuarterIncident } from '@midwatch/simulator/quarter';
import { openSqliteStore } from '@midwatch/store/sqlite';
import { expect, vi } from 'vitest';
import { listenAsClaude, type SecondWord } from './claude-server.js';
import { closeWithAll, getJson, listenAsSlack, post, startHere } from './running-server.js';

const DAY_MS = 86_400_000;
const SECRET = '8f742231b10e8888abcd99aabbccdd85';
const VIEWER = { authorization: 'Bearer a-token-of-vera-for-tests' };
const WAIT = { timeout: 60_000, interval: 50 };

interface RoomOptions {
  readonly helps: boolean;
  readonly deployedBy?: DeployedBy;
  /** How many incidents people have settled as right, one every two and a half days. @default 80 */
  readonly settled?: number;
  /** @default 'no-veto' */
  readonly second?: SecondWord;
  readonly service?: ServiceSettings;
}

/**
 * The server as it is composed, over SQLite, in front of a shop that reacts; time stands still but for `advance()`. The incident
 * is looked at, and nobody has decided on anything yet.
 */
export async function openReactingRoom(options: RoomOptions) {
  const { deployedBy = 'argocd', helps, second = 'no-veto', service: own, settled = 80 } = options;
  const shop = await startReactingSimulator({
    ...{ name: 'pool-exhaustion', port: 0, deployedBy, helps },
    now: () => Date.now(),
  });
  closeWithAll(shop);
  vi.useFakeTimers({ toFake: ['Date'], now: shop.scenario.nowMs });
  const service = shop.scenario.truth.service ?? '';
  const { slack, environment } = await listenAsSlack();
  const claude = await listenAsClaude(service, second);
  const { url } = await startHere(
    {
      ...environment,
      ...{ SLACK_SIGNING_SECRET: SECRET, SLACK_USERS: 'U0DANA:approver=dana,U0ADA:admin=ada,U0ROB:responder=rob' },
      MIDWATCH_TOKENS: 'viewer=vera:a-token-of-vera-for-tests,webhook:a-token-of-alerts-for-tests',
      MIDWATCH_DATABASE: await seedRecord(settled),
      ...{ ANTHROPIC_API_KEY: 'sk-test-0123456789', ANTHROPIC_BASE_URL: claude.url },
    },
    {
      ...{ connectors: connectorsOf(shop, deployedBy), plan: {}, collectDeadlineMs: 20_000 },
      // Each costs what the first one did.
      rules: { secondLooksAfterMs: [] },
      remediation: {
        executors: [executorOf(shop, deployedBy)],
        services: {
          [service]: {
            ...{ isOn: true, safeActions: ['rollback'], maxActionsPerDay: 2, approverRoles: ['approver'] },
            ...own,
          },
        },
      },
    },
  );

  /** What Alertmanager posts now, by the rules of the shop's alerting. */
  async function alert(): Promise<string> {
    const headers = { authorization: 'Bearer a-token-of-alerts-for-tests' };
    const response = await post(`${url}/webhooks/alertmanager`, JSON.stringify(shop.alert()), headers);
    const { incidents } = (await response.json()) as { incidents: { id: string }[] };
    return incidents[0]?.id ?? '';
  }
  const id = await alert();
  const incident = () => getJson<IncidentDetails>(`${url}/incidents/${id}`, VIEWER);
  const remedy = async () => (await incident()).brief?.remedy;
  const controls = () =>
    slack.messages.flatMap(({ blocks }) =>
      blocks.flatMap((block) => (block.type === 'actions' ? block.elements : [])),
    );
  const buttonOf = (action: string) => controls().find(({ action_id: name }) => name === `midwatch-${action}`);

  return {
    ...{ shop, service, slack, claude, alert, incident, remedy },
    said: () => JSON.stringify(slack.messages),
    buttons: () => controls().map(({ action_id: name }) => name.replace('midwatch-', '')),
    read: <T>(path: string) => getJson<T>(`${url}/incidents/${id}${path}`, VIEWER),
    /** A signed click on the button that the message has now. */
    async press(action: 'approve' | 'reject' | 'undo', user = 'U0DANA'): Promise<void> {
      const button = await vi.waitUntil(() => buttonOf(action), WAIT);
      const value = button.type === 'button' ? (button.value ?? '') : '';
      const payload = {
        ...{ type: 'block_actions', user: { id: user, username: user.slice(2).toLowerCase() } },
        ...{ trigger_id: crypto.randomUUID(), response_url: `${url}/nobody` },
        actions: [{ action_id: `midwatch-${action}`, value }],
      };
      const form = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
      const { body, headers } = await signSlackRequest(form, SECRET, Date.now());
      expect((await post(`${url}/slack/interactions`, body, headers)).status).toBe(200);
    },
    advance(minutes: number): void {
      vi.setSystemTime(Date.now() + minutes * 60_000);
    },
    until: (check: () => unknown) => vi.waitFor(check, WAIT),
  };
}

type DeployedBy = 'argocd' | 'kubectl';
type Shop = Awaited<ReturnType<typeof startReactingSimulator>>;

function connectorsOf({ tokens, url }: Shop, deployedBy: DeployedBy) {
  return [
    createLokiConnector({ baseUrl: `${url}/loki` }),
    createPrometheusConnector({ baseUrl: `${url}/prometheus` }),
    deployedBy === 'kubectl'
      ? createKubernetesConnector({ baseUrl: `${url}/kubernetes`, token: tokens.kubernetes })
      : createArgoCdConnector({ baseUrl: `${url}/argocd`, token: tokens.argocd }),
  ];
}

function executorOf({ tokens, url }: Shop, deployedBy: DeployedBy) {
  const own = { writeToken: tokens.write, redact: 'none' } as const;
  return deployedBy === 'kubectl'
    ? createKubernetesExecutor({ ...own, baseUrl: `${url}/kubernetes` })
    : createArgoCdExecutor({ ...own, baseUrl: `${url}/argocd` });
}

/** A database in which people have settled incidents at HIGH, all as right, through the store as a server does. */
async function seedRecord(settled: number): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), 'midwatch-')), 'midwatch.db');
  const store = await openSqliteStore({ path });
  const startMs = Date.now() - 200 * DAY_MS;
  const incidents = Array.from({ length: settled }, (_, index): QuarterIncident => {
    const openedAtMs = startMs + Math.floor((index * 199 * DAY_MS) / settled);
    return {
      ...{ id: `past-${index}`, service: 'reports', openedAtMs, resolvedAtMs: openedAtMs + 1_200_000 },
      analyses: [
        {
          ...{ atMs: openedAtMs + 30_000, look: 1, state: 'admitted', wasShown: true, isShadow: false },
          analyzer: { name: 'claude', model: 'claude-haiku-5-5', promptVersion: 'p' },
          ...{ verdict: 'cause-found', confidence: 'HIGH', statedConfidence: 'HIGH', services: ['reports'] },
          ...{ signatures: [], gaps: [], sourceSet: '', timings: { briefMs: 20_000 } },
        },
      ],
      outcome: { judgement: 'right', service: 'reports' },
      ratings: [],
    };
  });
  await playQuarter(store, incidents);
  await store.close();
  return path;
}
