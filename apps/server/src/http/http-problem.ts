import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** Why a request was refused: what, where and what to do. It never quotes the body. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: ContentfulStatusCode;
  /** kebab-case */
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What was wrong with single parts of the body. */
  readonly problems: readonly string[] | undefined;

  constructor(
    status: ContentfulStatusCode,
    code: string,
    message: string,
    more: { readonly headers?: Record<string, string>; readonly problems?: readonly string[] } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = more.headers ?? {};
    this.problems = more.problems;
  }
}
