import { createSnsReader } from '@midwatch/alerts';
import type { WebhookSignatures } from './webhook-sources.js';

/** What proves senders that sign. Lists have commas: while a secret is being changed there are two. */
export interface SignatureVariables {
  /** Secret of Grafana's contact point. */
  readonly MIDWATCH_GRAFANA_SECRET?: string | undefined;
  /** Its timestamp header, when it has one. */
  readonly MIDWATCH_GRAFANA_TIMESTAMP_HEADER?: string | undefined;
  /** Secrets of PagerDuty's webhook subscription. */
  readonly MIDWATCH_PAGERDUTY_SECRETS?: string | undefined;
  /** ARNs of the SNS topics that CloudWatch alarms go to. */
  readonly MIDWATCH_SNS_TOPICS?: string | undefined;
}

/** @throws TypeError with what to set. */
export function readSignatures(variables: SignatureVariables): WebhookSignatures {
  const secret = variables.MIDWATCH_GRAFANA_SECRET?.trim();
  const timestampHeader = variables.MIDWATCH_GRAFANA_TIMESTAMP_HEADER?.trim();
  const secrets = listOf(variables.MIDWATCH_PAGERDUTY_SECRETS);
  const topicArns = listOf(variables.MIDWATCH_SNS_TOPICS);
  const wrong = topicArns.find((arn) => !/^arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:[\w.-]+$/.test(arn));
  if (wrong !== undefined) {
    throw new TypeError(
      'MIDWATCH_SNS_TOPICS must hold ARNs such as arn:aws:sns:eu-west-1:123456789012:alarms, with commas',
    );
  }
  return {
    ...(secret && { grafana: { secret, ...(timestampHeader && { timestampHeader }) } }),
    ...(secrets.length > 0 && { pagerduty: { secrets } }),
    ...(topicArns.length > 0 && { sns: createSnsReader({ topicArns }) }),
  };
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? '').split(',').flatMap((item) => item.trim() || []);
}
