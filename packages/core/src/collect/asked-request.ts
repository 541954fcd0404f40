/** Parameters whose value is a secret by their name, whatever the redactor makes of it. */
const SECRET_NAME = /token|secret|passw|signature|credential|api[-_]?key|authorization|session|^sig$|^key$/i;
const MAX_TEXT_LENGTH = 2000;

/**
 * One request as a person would write it: method, path, decoded query or form; no host, no headers. It is what is known
 * about the query of a source that never answered. Still to be redacted.
 */
export function toRequestText(input: string, init: RequestInit = {}): string {
  const method = init.method ?? 'GET';
  const url = URL.canParse(input) ? new URL(input) : undefined;
  const body = typeof init.body === 'string' ? toBodyText(init.body, new Headers(init.headers)) : '';
  const query = url === undefined ? '' : toParameterText(url.searchParams);
  const text = `${method} ${url === undefined ? '?' : safeDecode(url.pathname)}${query === '' ? '' : `?${query}`}`;
  return (body === '' ? text : `${text} ${body}`).slice(0, MAX_TEXT_LENGTH);
}

function toBodyText(body: string, headers: Headers): string {
  const isForm = headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') === true;
  return isForm ? toParameterText(new URLSearchParams(body)) : body;
}

function toParameterText(parameters: URLSearchParams): string {
  return Array.from(
    parameters,
    ([name, value]) => `${name}=${SECRET_NAME.test(name) ? '[redacted]' : value}`,
  ).join('&');
}

function safeDecode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
