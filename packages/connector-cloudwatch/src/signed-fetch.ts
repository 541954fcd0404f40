import { ConnectorError, type FetchLike } from '@midwatch/core';
import { AwsV4Signer } from 'aws4fetch';
import { toAwsError } from './aws-error.js';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Comes with temporary credentials; without it they are refused. */
  readonly sessionToken?: string | undefined;
}

/** Keys, or a function that is asked for them on every request, so that temporary ones can rotate. */
export type CredentialsOption = AwsCredentials | (() => AwsCredentials | Promise<AwsCredentials>);

export interface SigningOptions {
  readonly connectorId: string;
  readonly credentials: CredentialsOption;
  readonly region: string;
  /** As it stands in the scope of a signature. */
  readonly service: 'logs' | 'monitoring';
}

/** An error of AWS is a few hundred characters. */
const MAX_ERROR_LENGTH = 16_384;

/** Signs what is sent (Signature Version 4), and rejects with what AWS says, which a status alone does not tell. */
export function signedFetch(send: FetchLike, options: SigningOptions): FetchLike {
  const { connectorId, region, service } = options;
  return async (url, init = {}) => {
    const credentials = await askCredentials(options.credentials, connectorId);
    const headers = new Headers(init.headers);
    const signer = new AwsV4Signer({
      ...{ url, headers, region, service },
      method: init.method ?? 'POST',
      body: init.body ?? null,
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey,
      ...(credentials.sessionToken === undefined ? {} : { sessionToken: credentials.sessionToken }),
    });
    const signed = await signer.sign();
    const response = await send(url, { ...init, headers: signed.headers });
    if (response.status < 400) return response;
    const operation = headers.get('x-amz-target')?.split('.').at(-1) ?? service;
    const error = toAwsError(response, await readStart(response), { connectorId, operation });
    if (error !== undefined) throw error;
    return new Response(null, { status: response.status, headers: response.headers });
  };
}

async function askCredentials(option: CredentialsOption, connectorId: string): Promise<AwsCredentials> {
  const refuse = (message: string) => new ConnectorError({ code: 'config', connectorId, message });
  let credentials: AwsCredentials | undefined;
  try {
    credentials = typeof option === 'function' ? await option() : option;
  } catch {
    throw refuse('the function given as `credentials` failed');
  }
  const { accessKeyId, secretAccessKey, sessionToken } = credentials ?? {};
  const isText = (value: unknown) => typeof value === 'string' && /^[!-~]+$/.test(value);
  if (!isText(accessKeyId) || !isText(secretAccessKey)) {
    throw refuse('`credentials` must have `accessKeyId` and `secretAccessKey`');
  }
  if (sessionToken !== undefined && !isText(sessionToken)) {
    throw refuse('`credentials.sessionToken` must be the token as AWS gave it');
  }
  return credentials;
}

/** The beginning of a body; the rest is let go. */
async function readStart(response: Response): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    while (text.length < MAX_ERROR_LENGTH) {
      const { done, value } = await reader.read();
      if (done) return text;
      text += decoder.decode(value, { stream: true });
    }
    return text;
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
