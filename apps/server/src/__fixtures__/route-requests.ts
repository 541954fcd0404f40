import { createHmac } from 'node:crypto';
import { SignatureError } from '@midwatch/alerts';
import { alertmanagerBody } from './running-server.js';
import { START_MS } from './incident-room.js';

export const signatures = {
  grafana: { secret: 'grafana-secret' },
  pagerduty: { secrets: ['pagerduty-secret'] },
  sns: async (body: Uint8Array) => {
    if (new TextDecoder().decode(body) !== 'signed') throw new SignatureError('wrong-signature', 'it is not signed');
    return { type: 'unsubscribed', topicArn: 'arn:aws:sns:eu-west-1:123456789012:alarms' } as const;
  },
};

interface Ask {
  readonly path?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const at = new Date(START_MS).toISOString();
const pagerDuty = JSON.stringify({
  event: {
    id: '01BZ',
    event_type: 'incident.triggered',
    occurred_at: at,
    data: { id: 'P1', title: 'Errors', created_at: at, service: { summary: 'checkout' } },
  },
});
const grafana = alertmanagerBody();
const hmac = (secret: string, body: string) => createHmac('sha256', secret).update(body).digest('hex');
const signedGrafana = { body: grafana, headers: { 'x-grafana-alerting-signature': hmac('grafana-secret', grafana) } };

const ofPage = { 'x-midwatch-page': '1', 'sec-fetch-site': 'same-origin' };

/** Pages, in short. */
export const pages = {
  'index.html': { type: 'text/html; charset=utf-8', text: '<!doctype html>' },
  'assets/index.js': { type: 'text/javascript; charset=utf-8', text: 'export {};' },
};

/** Of a plan, whichever it is. */
const somePlan = 'a1'.repeat(32);

/** What can be done once, asked by several. */
const once = { 'idempotency-key': 'k1' };

/** What each operation answers with success, by its id. Signatures do no harm where a token is the proof. */
export function requestsOf(incidentId: string): Readonly<Record<string, Ask>> {
  return {
    'receive-alertmanager': { body: alertmanagerBody() },
    'receive-grafana': signedGrafana,
    'put-grafana': signedGrafana,
    'receive-pagerduty': {
      body: pagerDuty,
      headers: { 'x-pagerduty-signature': `v1=${hmac('pagerduty-secret', pagerDuty)}` },
    },
    'receive-datadog': {
      body: JSON.stringify({
        transition: 'Triggered',
        cycle: '4f0e',
        monitor_id: '1',
        title: 'Errors',
        tags: 'service:checkout',
        date_ms: String(START_MS),
      }),
    },
    'receive-cloudwatch': { body: 'signed' },
    'receive-opsgenie': { body: '{"action":"Acknowledge","alert":{"alertId":"a"}}' },
    'receive-generic': { body: JSON.stringify({ name: 'Slow', status: 'firing', service: 'cart', startsAt: at }) },
    'tell-changes': { body: JSON.stringify({ service: 'cart', timestampMs: START_MS, version: 'v2' }) },
    'list-changes': { path: `/changes?end=${START_MS + 1}` },
    'list-incidents': {},
    'get-incident': { path: `/incidents/${incidentId}` },
    'get-look': { path: `/incidents/${incidentId}/look` },
    'get-session': {},
    'sign-in': { body: '{"token":"a-token-of-the-role-viewer"}', headers: ofPage },
    'sign-out': { headers: ofPage },
    'get-page': {},
    'get-accuracy-page': {},
    'get-incident-page': { path: `/i/${incidentId}` },
    'get-page-asset': { path: '/assets/index.js' },
    'take-incident': { path: `/incidents/${incidentId}/owner` },
    'release-incident': { path: `/incidents/${incidentId}/release`, headers: once },
    'look-again': { path: `/incidents/${incidentId}/look`, headers: once },
    'settle-incident': {
      path: `/incidents/${incidentId}/outcome`,
      body: JSON.stringify({ judgement: 'wrong', service: 'ledger', cause: 'a full disk' }),
    },
    'rate-incident': { path: `/incidents/${incidentId}/usefulness`, body: '{"score":4}' },
    'silence-incident': { path: `/incidents/${incidentId}/silence`, body: '{"minutes":30}' },
    'list-incident-actions': { path: `/incidents/${incidentId}/actions` },
    'approve-action': { path: `/incidents/${incidentId}/actions/${somePlan}/approve` },
    'reject-action': { path: `/incidents/${incidentId}/actions/${somePlan}/reject`, body: '{"via":"page"}' },
    'undo-action': { path: `/incidents/${incidentId}/actions/${somePlan}/undo` },
    'get-action-log-head': {},
    'list-action-log': {},
    'get-accuracy': { path: '/accuracy?by=week' },
    'compare-shadow': {},
    'export-analyses': {},
    'get-spending': {},
    'get-state': {},
    'list-dead-letters': {},
    'requeue-dead-letter': { path: `/dead-letters/${incidentId}/collect-1%20chat/requeue` },
    'stop-models-and-actions': { body: JSON.stringify({ reason: 'it costs too much', by: 'ada' }) },
    'resume-models-and-actions': { body: JSON.stringify({ reason: 'found it' }) },
    'get-health': {},
    'get-readiness': {},
    'get-metrics': {},
    'get-openapi': {},
  };
}
