import { ConnectorError, type ConnectorErrorCode } from '@midwatch/core';

/** AWS says throttling, permission and expiry with HTTP 400 as well as with their own statuses: the name decides. */
const namesByCode: Readonly<Partial<Record<ConnectorErrorCode, readonly string[]>>> = {
  auth: [
    'AccessDeniedException',
    'AccessDenied',
    'ExpiredTokenException',
    'ExpiredToken',
    'IncompleteSignatureException',
    'IncompleteSignature',
    'InvalidAccessKeyId',
    'InvalidClientTokenId',
    'InvalidSignatureException',
    'MissingAuthenticationTokenException',
    'MissingAuthenticationToken',
    'NotAuthorized',
    'OptInRequired',
    'RequestExpired',
    'RequestTimeTooSkewed',
    'SignatureDoesNotMatch',
    'UnrecognizedClientException',
  ],
  'rate-limited': [
    'LimitExceededException',
    'RequestLimitExceeded',
    'SlowDown',
    'Throttling',
    'ThrottlingException',
    'ThrottledException',
    'TooManyRequestsException',
  ],
  unavailable: [
    'InternalFailure',
    'InternalServerError',
    'InternalServiceError',
    'InternalServiceFault',
    'ServiceUnavailable',
    'ServiceUnavailableException',
  ],
  'bad-query': [
    'InvalidNextToken',
    'InvalidOperationException',
    'InvalidParameterCombination',
    'InvalidParameterCombinationException',
    'InvalidParameterException',
    'InvalidParameterValue',
    'InvalidParameterValueException',
    'MalformedQueryException',
    'MissingParameter',
    'MissingRequiredParameterException',
    'ResourceNotFoundException',
    'SerializationException',
    'UnknownOperationException',
    'ValidationError',
    'ValidationException',
  ],
};

const codeByName: ReadonlyMap<string, ConnectorErrorCode> = new Map(
  Object.entries(namesByCode).flatMap(([code, names]) =>
    names.map((name) => [name, code as ConnectorErrorCode] as const),
  ),
);

/** Those that a wrong clock brings about, too. */
const clockNames: ReadonlySet<string> = new Set([
  'InvalidSignatureException',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
]);

/** Signatures are refused when the clocks differ by more than five minutes; less is worth no word. */
const SKEW_MS = 4 * 60_000;

export interface AwsErrorOptions {
  readonly connectorId: string;
  readonly operation: string;
  readonly status: number;
  readonly name: string;
  readonly message: string;
}

/** An error that AWS named. Its own message stays out of ours: it may quote the query, an ARN or a key id. */
export class AwsError extends ConnectorError {
  readonly awsName: string;
  /** The window lies before the log group or beyond its retention: nothing can be there. */
  readonly isOutsideRetention: boolean;

  constructor(code: ConnectorErrorCode, options: AwsErrorOptions & { readonly vendorText: string }) {
    const { connectorId, message, name, status } = options;
    super({ code, connectorId, message, status });
    this.awsName = name;
    this.isOutsideRetention =
      name === 'MalformedQueryException' && /retention settings|creation time/i.test(options.vendorText);
  }
}

interface ErrorBody {
  readonly name: string;
  readonly text: string;
  readonly at: number | undefined;
}

/** `undefined` when the answer names no error of AWS: then its status says all there is. */
export function toAwsError(
  response: Response,
  bodyText: string,
  scope: { readonly connectorId: string; readonly operation: string },
): AwsError | undefined {
  const body = parseErrorBody(bodyText);
  const { headers } = response;
  const told = [headers.get('x-amzn-errortype'), body?.name, headers.get('x-amzn-query-error')];
  const name = told.map((one) => shortName(one ?? '')).find((one) => codeByName.has(one)) ?? '';
  const code = codeByName.get(name);
  if (code === undefined) return undefined;
  const place = body?.at === undefined ? '' : ` at character ${body.at}`;
  const clock = clockNames.has(name) ? clockAdvice(response) : '';
  const message = `HTTP ${response.status} ${name}${place} for ${scope.operation}${clock}`;
  const vendorText = body?.text ?? '';
  return new AwsError(code, { ...scope, status: response.status, name, message, vendorText });
}

function parseErrorBody(bodyText: string): ErrorBody | undefined {
  let value: unknown;
  try {
    value = JSON.parse(bodyText);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const body = value as Readonly<Record<string, unknown>>;
  const name = body['__type'] ?? body['code'];
  const text = body['message'] ?? body['Message'];
  const compile = body['queryCompileError'] as
    | { location?: { startCharOffset?: unknown } }
    | null
    | undefined;
  const at = compile?.location?.startCharOffset;
  return {
    name: typeof name === 'string' ? name : '',
    text: typeof text === 'string' ? text : '',
    at: typeof at === 'number' ? at : undefined,
  };
}

/** `com.amazonaws.logs#ThrottlingException`, `ThrottlingException:http://...` and `Throttling;Sender` are all written. */
function shortName(name: string): string {
  return name.slice(name.lastIndexOf('#') + 1).split(/[:;]/)[0] ?? '';
}

function clockAdvice(response: Response): string {
  const theirsMs = Date.parse(response.headers.get('date') ?? '');
  const aheadMs = Date.now() - theirsMs;
  if (Number.isNaN(aheadMs) || Math.abs(aheadMs) < SKEW_MS)
    return '; check the secret key, the region and the clock of this machine';
  const minutes = Math.round(Math.abs(aheadMs) / 60_000);
  return `; the clock of this machine is ${minutes} min ${aheadMs > 0 ? 'ahead of' : 'behind'} that of AWS`;
}
