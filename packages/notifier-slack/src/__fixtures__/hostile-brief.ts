import {
  adviceActions,
  type Brief,
  briefCourses,
  briefRemedyStates,
  confidences,
  verdicts,
} from '@midwatch/core/incident';
import fc from 'fast-check';

/** What an attacker would write into a log line, and what breaks a cut. */
const attacks = [
  '<!channel>',
  '<!here|x>',
  '<@U012345>',
  '<#C012345>',
  '<https://evil.example|Slack>',
  'https://evil.example/x',
  '@channel @here @everyone',
  '*bold* _italic_ ~strike~ `code`',
  '```',
  '`',
  '\n> quoted\n',
  '&lt;!channel&gt;',
  '&amp;amp;',
  ':rotating_light:',
  '\u202eevil\u2066\u200b',
  '\u200f\u061cevil\u2069',
  '🧨👨‍👩‍👧',
  '\ud800',
  'e\u0301\u0302\u0303\u0304\u0305',
  '\u0000\u001b[2J',
  '|',
];

const piece = fc.oneof(fc.constantFrom(...attacks), fc.string({ unit: 'binary', maxLength: 30 }));
const text = fc.oneof(
  { weight: 12, arbitrary: fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join('')) },
  { weight: 2, arbitrary: piece.map((repeated) => repeated.repeat(200)) },
  { weight: 1, arbitrary: fc.constant('<!channel> *`&'.repeat(8000)) },
);
const url = fc.oneof(
  text,
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  piece.map((hostile) => `https://grafana.example.com/explore?left=${hostile}|<>`),
  fc.constant('javascript:alert(1)'),
  fc.constant('https://user:secret@grafana.example.com/'),
);
const count = fc.double();
/** A few, or very many alike, which costs less than very many different ones. */
const list = <T>(item: fc.Arbitrary<T>) =>
  fc.oneof(
    fc.array(item, { maxLength: 3 }),
    item.map((same) => Array.from({ length: 80 }, () => same)),
  );
const optional = { noNullPrototype: true };

const query = fc.record(
  { connectorId: text, language: text, text, short: text, startMs: count, endMs: count, url },
  { ...optional, requiredKeys: ['connectorId', 'language', 'text', 'startMs', 'endMs'] },
);
const number = fc.record(
  {
    label: text,
    unit: text,
    beforeChange: count,
    before: count,
    now: count,
    peak: count,
    points: fc.array(fc.tuple(count, count), { maxLength: 60 }),
    findingId: text,
    query,
    service: text,
    course: fc.constantFrom(...briefCourses),
    chart: fc.record({ row: text, legend: text }, { noNullPrototype: true }),
  },
  { ...optional, requiredKeys: ['label', 'unit', 'before', 'now', 'peak', 'points', 'findingId'] },
);
const change = fc.record(
  {
    findingId: text,
    service: text,
    version: text,
    previousVersion: text,
    atMs: count,
    actor: text,
    changeRequest: text,
    changeRequestUrl: url,
    summary: text,
    changes: list(
      fc.record({ path: text, before: fc.option(text), after: fc.option(text) }, { noNullPrototype: true }),
    ),
    query,
    url,
  },
  { ...optional, requiredKeys: ['findingId', 'service', 'atMs', 'changes'] },
);
const action = fc.record(
  { action: fc.constantFrom(...adviceActions), title: text, reason: text, command: text, evidence: list(piece) },
  { ...optional, requiredKeys: ['action', 'title', 'reason', 'evidence'] },
);

const remedy = fc.record(
  {
    planId: fc.oneof(fc.constant('a1'.repeat(32)), text),
    title: text,
    steps: list(text),
    diff: list(
      fc.record({ path: text, before: fc.option(text), after: fc.option(text) }, { noNullPrototype: true }),
    ),
    isReversible: fc.boolean(),
    people: fc.constantFrom(1 as const, 2 as const),
    peopleReasons: list(text),
    expiresAtMs: count,
    state: fc.constantFrom(...briefRemedyStates),
    text,
    approvedBy: list(text),
    missing: list(fc.record({ gate: text, passed: fc.boolean(), reason: text }, { noNullPrototype: true })),
    choices: fc.subarray(['approve', 'reject', 'undo'] as const),
  },
  { noNullPrototype: true },
);

/** Briefs that no builder would make: every text hostile, every list long, every number possible. */
export const hostileBrief: fc.Arbitrary<Brief> = fc.record(
  {
    headline: text,
    standing: text,
    owner: text,
    runbook: fc.record({ title: text, path: text, url }, { ...optional, requiredKeys: ['title'] }),
    status: fc.constantFrom('firing' as const, 'resolved' as const),
    service: text,
    namespace: text,
    severity: text,
    sinceMs: count,
    verdict: fc.constantFrom(...verdicts),
    confidence: fc.constantFrom(...confidences),
    confidenceReason: text,
    cause: text,
    suspects: list(fc.record({ service: text, reason: text, victims: list(piece), evidence: fc.constant([]) })),
    numbers: list(number),
    change,
    actions: list(action),
    remedy,
    evidence: list(fc.record({ id: text, text, queries: fc.array(query, { maxLength: 3 }) })),
    timeline: list(fc.record({ atMs: count, text }, { noNullPrototype: true })),
    disprovedBy: list(text),
    notChecked: list(
      fc.record({
        source: text,
        kind: fc.constantFrom('logs' as const, 'traces' as const),
        state: fc.constantFrom('failed' as const, 'partial' as const),
        reason: text,
      }),
    ),
    footer: fc.record(
      {
        analyzer: text,
        model: text,
        pending: text,
        collectedMs: count,
        sources: fc.record({ asked: count, answered: count }),
        read: fc.record({ logs: count, metrics: count, traces: count, deploys: count, incidents: count }),
        costUsd: count,
        withheld: count,
        notes: list(text),
      },
      { ...optional, requiredKeys: ['analyzer', 'collectedMs', 'sources', 'read', 'withheld', 'notes'] },
    ),
  },
  {
    ...optional,
    requiredKeys: [
      'headline',
      'status',
      'service',
      'sinceMs',
      'verdict',
      'confidence',
      'confidenceReason',
      'cause',
      'suspects',
      'numbers',
      'actions',
      'evidence',
      'timeline',
      'disprovedBy',
      'notChecked',
      'footer',
    ],
  },
);
