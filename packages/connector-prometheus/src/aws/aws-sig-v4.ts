import { AwsV4Signer } from 'aws4fetch';
import type { RequestSigner } from '../request-signer.js';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials, such as those of a role. */
  readonly sessionToken?: string | undefined;
}

export interface AwsSigV4Options {
  /** The workspace's region, such as `eu-central-1`. */
  readonly region: string;
  /** Asked on every request, so that temporary credentials can rotate; keeping them until they expire is its own matter. */
  readonly credentials: () => AwsCredentials | Promise<AwsCredentials>;
}

/**
 * Signs requests to Amazon Managed Service for Prometheus, for the option `sign`. The role needs `aps:QueryMetrics`,
 * `aps:GetLabels` and, for incidents, `aps:ListAlerts`.
 * https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-APIReference-Prometheus-Compatible-Apis.html
 */
export function awsSigV4({ credentials, region }: AwsSigV4Options): RequestSigner {
  return async ({ body, method, url }) => {
    const { accessKeyId, secretAccessKey, sessionToken } = await credentials();
    if (accessKeyId === '' || secretAccessKey === '') throw new TypeError('the credentials are empty');
    // Only what the signature needs is signed: proxies change other headers on the way.
    const signer = new AwsV4Signer({
      method,
      url,
      accessKeyId,
      secretAccessKey,
      region,
      service: 'aps',
      ...(body === undefined ? {} : { body }),
      ...(sessionToken === undefined ? {} : { sessionToken }),
    });
    const { headers } = await signer.sign();
    return Object.fromEntries(headers);
  };
}
