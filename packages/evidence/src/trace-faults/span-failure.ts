import type { AttributeValue, Span } from '@midwatch/core';

/** gRPC codes that mean the server's fault: unknown, deadline, exhausted, internal, unavailable, data loss. */
const failingGrpcCodes = new Set([2, 4, 8, 13, 14, 15]);

function isHttpFailure(value: AttributeValue | undefined): boolean {
  const code = Number(value);
  return code >= 500 && code < 600;
}

function isGrpcFailure(value: AttributeValue | undefined): boolean {
  return value !== undefined && value !== '' && failingGrpcCodes.has(Number(value));
}

/** Whether the span itself says that it failed: by its status or, where no status is kept, by the usual attributes. */
export function isFailingSpan(span: Span): boolean {
  if (span.status === 'error') return true;
  if (span.status === 'ok') return false;
  const attributes = span.attributes;
  const error = attributes['error'];
  return (
    error === true ||
    error === 'true' ||
    attributes['otel.status_code'] === 'ERROR' ||
    attributes['exception.type'] !== undefined ||
    isHttpFailure(attributes['http.response.status_code']) ||
    isHttpFailure(attributes['http.status_code']) ||
    isGrpcFailure(attributes['rpc.grpc.status_code']) ||
    isGrpcFailure(attributes['grpc.status_code'])
  );
}

/** What the span says about its failure, for people: the exception, a status code. Untrusted text. */
export function failureText(span: Span): string | undefined {
  for (const key of failureKeys) {
    const value = span.attributes[key];
    if (value !== undefined && value !== '') return String(value);
  }
  return undefined;
}

const failureKeys = [
  'exception.message',
  'error.message',
  'otel.status_description',
  'exception.type',
  'error.type',
  'rpc.grpc.status_code',
  'grpc.status_code',
  'http.response.status_code',
  'http.status_code',
];
