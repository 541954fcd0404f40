import {
  type AlertBatch,
  type GenericMapping,
  type GrafanaSecret,
  type PagerDutySecrets,
  parseAlertmanager,
  parseCloudWatchAlarm,
  parseDatadog,
  parseGeneric,
  parseGrafana,
  parseOpsgenie,
  parsePagerDuty,
  type SignatureError,
  type SignedRequest,
  type SnsMessage,
  verifyGrafana,
  verifyPagerDuty,
} from '@midwatch/alerts';
import { HttpProblem } from './http-problem.js';

/** How senders that sign prove who they are. Without an entry the sender brings the token, as those that cannot sign do. */
export interface WebhookSignatures {
  readonly grafana?: GrafanaSecret | undefined;
  readonly pagerduty?: PagerDutySecrets | undefined;
  /** What `createSnsReader` gives. SNS sends no token: without an entry its messages are refused. */
  readonly sns?: ((body: Uint8Array) => Promise<SnsMessage>) | undefined;
}

/** One address under `/webhooks`. */
export interface WebhookSource {
  readonly name: string;
  readonly methods: readonly ('POST' | 'PUT')[];
  /** `token`: the guard asks for it. Else the body itself is the proof, and `read` refuses what is not signed. */
  readonly proof: 'token' | 'signature';
  /** Rejects with an `AlertError` or a `SignatureError`. */
  read(request: SignedRequest): Promise<AlertBatch>;
}

const nothing: AlertBatch = { alerts: [], problems: [], truncatedAlerts: 0 };

export function webhookSources(
  { grafana, pagerduty, sns }: WebhookSignatures,
  mapping: GenericMapping,
): readonly WebhookSource[] {
  const byToken = (name: string, parse: (body: string) => AlertBatch): WebhookSource => ({
    name,
    methods: ['POST'],
    proof: 'token',
    read: async ({ body }) => parse(textOf(body)),
  });
  const bySignature = (
    name: string,
    verify: ((request: SignedRequest) => Promise<void>) | undefined,
    parse: (body: string) => AlertBatch,
  ): WebhookSource => {
    if (verify === undefined) return byToken(name, parse);
    const read = async (request: SignedRequest) => {
      await verify(request);
      return parse(textOf(request.body));
    };
    return { name, methods: ['POST'], proof: 'signature', read };
  };
  const grafanaSource = bySignature(
    'grafana',
    grafana && ((request) => verifyGrafana(request, grafana)),
    parseGrafana,
  );
  return [
    byToken('alertmanager', parseAlertmanager),
    // A contact point may be set to PUT.
    { ...grafanaSource, methods: ['POST', 'PUT'] },
    bySignature('pagerduty', pagerduty && ((request) => verifyPagerDuty(request, pagerduty)), parsePagerDuty),
    byToken('datadog', parseDatadog),
    { name: 'cloudwatch', methods: ['POST'], proof: 'signature', read: ({ body }) => readSns(body, sns) },
    byToken('opsgenie', parseOpsgenie),
    byToken('generic', (body) => parseGeneric(body, mapping)),
  ];
}

async function readSns(body: Uint8Array, sns: WebhookSignatures['sns']): Promise<AlertBatch> {
  if (sns === undefined) {
    throw new HttpProblem(
      403,
      'no-topic',
      'no SNS topic is configured: set MIDWATCH_SNS_TOPICS to the ARNs of yours',
    );
  }
  const message = await sns(body);
  if (message.type === 'subscription') await message.confirm();
  return message.type === 'notification' ? parseCloudWatchAlarm(message.text) : nothing;
}

/** How a request that proved nothing is refused; SNS's own failure is to be tried again. */
export function toRefusal(error: SignatureError): HttpProblem {
  return error.code === 'no-answer'
    ? new HttpProblem(503, error.code, error.message, { headers: { 'retry-after': '30' } })
    : new HttpProblem(401, error.code, error.message);
}

/** Bytes that are no UTF-8 become the replacement character: no reason to lose an alert. */
function textOf(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}
