import type { ConnectorErrorCode } from '@midwatch/core';
import type { ConformanceFault } from './conformance-fault.js';
import { readWhole, type StandInBodies, toBytes } from './stand-in-body.js';
import { TOKEN } from './subject.js';

/** What the vendor says instead of its answer. */
export interface PlantedAnswer {
  readonly answer: (bodies: StandInBodies, honest: () => Promise<Response>) => Response | Promise<Response>;
  /** Whether `collectSignals` asks once more, as the table of who retries has it. */
  readonly isRetried?: boolean;
}

/** What a stream holds instead of its content. */
export interface PlantedStream {
  readonly open: (
    bodies: StandInBodies,
    content: ReadableStream<Uint8Array>,
  ) => Promise<ReadableStream<Uint8Array>>;
  readonly isRetried?: boolean;
}

export interface TransportFault {
  /** Stable: the id of its check. */
  readonly id: string;
  readonly fault: ConformanceFault;
  readonly promise: string;
  readonly codes: readonly ConnectorErrorCode[];
  /** Whether an answer whose gaps tell is right, too; of a stream it always is. */
  readonly mayBePartial?: boolean;
  readonly deadlineMs?: number;
  readonly answers: readonly PlantedAnswer[];
  /** In the place of `answers` for a connector that reads streams, or why there is no such thing. */
  readonly streams: readonly PlantedStream[] | string;
}

/** A careless adapter would print it. */
export const BODY_TEXT = 'SECRET-IN-BODY';
const SHORT_MS = 100;
const MEBIBYTE = 1024 * 1024;
const OVERSIZE_MEBIBYTES = 100;
const NO_STATUS = 'A stream has no HTTP status: it opens or it does not.';

const never = <T>() => new Promise<T>(() => undefined);
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const broken = () => new TypeError(`terminated: https://user:${TOKEN}@vendor.example/${BODY_TEXT}`);

function status(code: number, headers: () => Record<string, string> = () => ({})): PlantedAnswer['answer'] {
  return () => new Response(`${BODY_TEXT} ${TOKEN}`, { status: code, headers: headers() });
}

const retryAfter = (value: () => string) => () => ({ 'retry-after': value() });

function text(body: string, contentType: string): PlantedAnswer['answer'] {
  return () => new Response(body, { headers: { 'content-type': contentType } });
}

function streamOf(body: string): PlantedStream {
  return { open: (bodies) => Promise.resolve(bodies.create(oncePiece(toBytes(body)))) };
}

function oncePiece(piece: Uint8Array, then: Error | null = null) {
  return (index: number) => Promise.resolve(index === 0 ? piece : then);
}

function body(bodies: StandInBodies, nextPiece: Parameters<StandInBodies['create']>[0]): Response {
  const headers = { 'content-type': 'application/json' };
  return new Response(bodies.create(nextPiece) as ReadableStream<Uint8Array<ArrayBuffer>>, { headers });
}

function opensNot(reason: string): PlantedStream {
  return { open: () => Promise.reject(new Error(`${reason}: /${TOKEN}/${BODY_TEXT}`)), isRetried: true };
}

/** The honest bytes up to somewhere in the middle of an item: six items are equally long. */
const beginning = (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, Math.ceil(bytes.length * 0.6));

const drip = async (index: number) => {
  await pause(10);
  return toBytes(index === 0 ? '{"status":' : ' ');
};

function oversize() {
  const piece = new Uint8Array(MEBIBYTE).fill(0x20);
  return (index: number) => Promise.resolve(index < OVERSIZE_MEBIBYTES ? piece : null);
}

/** Planted in every answer, so that there is nothing that the connector could have seen. */
export const transportFaults: readonly TransportFault[] = [
  {
    id: 'deadline-hang',
    fault: 'hang',
    promise: 'a vendor that never answers ends at the deadline, as a timeout or as what was read with a gap',
    codes: ['timeout'],
    mayBePartial: true,
    deadlineMs: SHORT_MS,
    answers: [{ answer: () => never() }, { answer: (bodies) => body(bodies, () => never()) }],
    streams: [{ open: () => never() }, { open: async (bodies) => bodies.create(() => never()) }],
  },
  {
    id: 'unreachable',
    fault: 'reset',
    promise: 'a connection that fails or breaks off is unreachable, without the address in the error',
    codes: ['unreachable'],
    answers: [
      { answer: () => Promise.reject(broken()), isRetried: true },
      { answer: (bodies) => body(bodies, oncePiece(toBytes('{"status":'), broken())), isRetried: true },
    ],
    streams: [opensNot('EIO: i/o error')],
  },
  {
    id: 'status-401',
    fault: '401',
    promise: 'HTTP 401 becomes auth, without token or body in the error',
    codes: ['auth'],
    answers: [{ answer: status(401) }],
    streams: NO_STATUS,
  },
  {
    id: 'status-403',
    fault: '403',
    promise: 'HTTP 403 becomes auth, a stream that may not be opened is unreachable; without token or body',
    codes: ['auth', 'unreachable'],
    answers: [{ answer: status(403) }],
    streams: [opensNot('EACCES: permission denied')],
  },
  {
    id: 'status-404',
    fault: '404',
    promise: 'HTTP 404 where there is no such API is an error or a gap, never nothing found',
    codes: ['bad-query', 'config', 'auth', 'bad-response', 'unreachable'],
    mayBePartial: true,
    answers: [{ answer: status(404) }],
    streams: [opensNot('ENOENT: no such file or directory')],
  },
  {
    id: 'status-429',
    fault: '429 with Retry-After',
    promise: 'HTTP 429 becomes rate-limited, and is asked again when the wait fits the deadline',
    codes: ['rate-limited'],
    answers: [
      {
        answer: status(
          429,
          retryAfter(() => '0'),
        ),
        isRetried: true,
      },
      {
        answer: status(
          429,
          retryAfter(() => '7'),
        ),
      },
      {
        answer: status(
          429,
          retryAfter(() => new Date(Date.now() + 30_000).toUTCString()),
        ),
      },
    ],
    streams: NO_STATUS,
  },
  {
    id: 'status-500',
    fault: '500',
    promise: 'HTTP 500 becomes unavailable, and the query that the server failed at is not asked again',
    codes: ['unavailable'],
    answers: [{ answer: status(500) }],
    streams: NO_STATUS,
  },
  {
    id: 'status-503',
    fault: '503',
    promise: 'HTTP 503 becomes unavailable, without token or body in the error',
    codes: ['unavailable'],
    answers: [{ answer: status(503), isRetried: true }],
    streams: NO_STATUS,
  },
  {
    id: 'body-html',
    fault: 'HTML with 200',
    promise: 'a login page with status 200 is a bad-response',
    codes: ['bad-response'],
    answers: [{ answer: text(`<html>${BODY_TEXT} sign in</html>`, 'text/html') }],
    streams: [streamOf(`<html>${BODY_TEXT} sign in</html>\n`)],
  },
  {
    id: 'body-truncated',
    fault: 'truncated JSON',
    promise: 'an answer that ends in the middle is a bad-response; a stream keeps what was whole, with a gap',
    codes: ['bad-response'],
    answers: [
      { answer: text(`{"status":"${BODY_TEXT}","data":{"resu`, 'application/json') },
      {
        answer: async (_, honest) => {
          const response = await honest();
          const bytes = new Uint8Array(await response.arrayBuffer());
          return new Response(beginning(bytes), { status: response.status, headers: response.headers });
        },
      },
    ],
    streams: [
      {
        open: async (bodies, content) => bodies.create(oncePiece(beginning(await readWhole(content)))),
      },
    ],
  },
  {
    id: 'body-other-shape',
    fault: 'wrong shape',
    promise: 'JSON of another shape is a bad-response; in a stream it may be a gap',
    codes: ['bad-response'],
    answers: [{ answer: text(`["${BODY_TEXT}",{"a":1}]`, 'application/json') }],
    streams: [streamOf(`["${BODY_TEXT}",{"a":1}]\n`)],
  },
  {
    id: 'body-oversize',
    fault: '100 MB body',
    promise: 'a body above the cap is too-large, and is not read to its end; a stream drops what is too long',
    codes: ['too-large'],
    answers: [{ answer: (bodies) => body(bodies, oversize()) }],
    streams: [{ open: async (bodies) => bodies.create(oversize()) }],
  },
  {
    id: 'deadline-drip',
    fault: 'slow drip',
    promise: 'a body that drips ends at the deadline',
    codes: ['timeout'],
    mayBePartial: true,
    deadlineMs: SHORT_MS,
    answers: [{ answer: (bodies) => body(bodies, drip) }],
    streams: [{ open: async (bodies) => bodies.create(drip) }],
  },
  {
    id: 'status-302',
    fault: 'redirect',
    promise: 'a redirect is not followed: it is a mistake in the configuration',
    codes: ['config'],
    answers: [{ answer: status(302, () => ({ location: 'https://elsewhere.example/login' })) }],
    streams: NO_STATUS,
  },
];
