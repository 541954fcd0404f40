import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTemplateMiner } from './template-miner.js';

function templatesOf(lines: readonly string[], maxTemplates?: number) {
  const miner = createTemplateMiner(maxTemplates === undefined ? {} : { maxTemplates });
  const ids = lines.map((line) => miner.add(line));
  return { templates: miner.templates(), groups: ids.map((id) => miner.resolve(id)) };
}

/** The one template of lines that one statement printed. */
function templateOf(...lines: string[]): string {
  const { templates } = templatesOf(lines);
  expect(templates.map(({ text }) => text)).toHaveLength(1);
  expect(templates[0]?.count).toBe(lines.length);
  return templates[0]?.text ?? '';
}

function isApart(...lines: string[]): void {
  expect(new Set(templatesOf(lines).groups).size).toBe(lines.length);
}

describe('printed values', () => {
  it.each([
    ['numbers', ['took 5 tries', 'took -12.75 tries'], 'took <*> tries'],
    [
      'units and durations',
      ['slept 5 ms', 'slept 5µs', 'slept 3 seconds', 'slept <1 sec', 'slept 00:01'],
      'slept <*>',
    ],
    ['sizes', ['sent 403 bytes', 'sent 1165 bytes (1.13 KB)', 'sent 2.5GiB'], 'sent <*>'],
    [
      'addresses',
      ['from 10.0.0.1:80 ok', 'from fe80::1ff:fe23 ok', 'from db-1.internal (10.0.0.1) ok'],
      'from <*> ok',
    ],
    ['hardware addresses', ['link FF:AB:CD:EF:DE:FC up', 'link 00:11:43:e3:ba:c3 up'], 'link <*> up'],
    [
      'ids',
      ['job 550e8400-e29b-41d4-a716-446655440000 done', 'job blk_-38865049 done', 'job 0xfeed done'],
      'job <*> done',
    ],
    [
      'paths',
      ['read /etc/app/conf failed', 'read C:\\Users\\me\\x failed', 'read https://a.b/c?d=e#f failed'],
      'read <*> failed',
    ],
    [
      'times',
      [
        'since 2023-01-29T08:42:09.819Z up',
        'since Fri Jun 17 07:07:00 2005 up',
        'since 10/Oct/2023:13:55:36 +0000 up',
      ],
      'since <*> up',
    ],
    ['values that are missing', ['leader: none, term 5', 'leader: node-3, term 6'], 'leader: <*>, term <*>'],
    ['quoted values', ["unknown key 'a.b'", 'unknown key "weight"'], 'unknown key <*>'],
    [
      'pairs',
      ['done uid=0 ruser= rhost=a.example.com', 'done uid=17 ruser=bob rhost='],
      'done uid=<*> ruser=<*> rhost=<*>',
    ],
    [
      'spaced pairs',
      ['allDrawn= false, moved =  true', 'allDrawn= true, moved =  false'],
      'allDrawn= <*>, moved =  <*>',
    ],
    [
      'printed objects',
      ['got Route(id=5, stops=[a, b]) x', 'got Route(id=7, stops=[c]) x'],
      'got Route(id=<*>, stops=<*>) x',
    ],
    [
      'embedded JSON',
      ['body: {"user":"bob","items":[1,2]} accepted', 'body: {"x":null} accepted'],
      'body: {<*>} accepted',
    ],
    [
      'class names and mail',
      ['made org.example.Thing', 'made com.example.Other$Inner', 'made someone@example.com'],
      'made <*>',
    ],
    [
      'missing values',
      ['Fan speeds ( 3552 3534 3375 )', 'Fan speeds ( 3552 **** 3375 )', 'Fan speeds ( 1 2 **** )'],
      'Fan speeds ( <*> )',
    ],
    ['switches', ['PSU status ( on on )', 'PSU status ( off on )'], 'PSU status ( <*> )'],
    ['scripts without blanks', ['订单12345支付失败', '订单678支付失败'], '订单<*>支付失败'],
  ])('%s', (_, lines, template) => {
    expect(templateOf(...lines)).toBe(template);
  });

  it('lists of any length are one template', () => {
    expect(templateOf('peers: [alpha, beta]', 'peers: [a, b, c, d, e]', 'peers: []', 'peers: [1]')).toBe(
      'peers: [<*>]',
    );
    templateOf('ask 10.0.0.1 to delete blk_1', `ask 10.0.0.1 to delete ${'blk_2 '.repeat(80)}`);
    templateOf('nodes n-1 0x1f <ok> n-2 0x1e <ok>', 'nodes n-1 0x1f <ok> n-2 0x1e <ok> n-3 0x2 <ok>');
    templateOf('tried a(1), a(2), a(3) first', 'tried a(1), a(2) first');
    templateOf('on node-[1-4,7] now', 'on node-3 now');
  });

  it('an empty pair of brackets stands for a value, and for nothing after a function', () => {
    templateOf('connection from 10.0.0.1 () at 5', 'connection from 10.0.0.1 (a.example.com) at 5');
    isApart('init() done', 'init done 5');
  });
});

describe('words of the statement', () => {
  it('keep statements apart that differ in one of them', () => {
    isApart('circuit breaker opened for 5', 'circuit breaker closed for 5');
    isApart('VM Started', 'VM Stopped', 'VM Paused', 'VM Resumed');
    isApart(
      'moved from NEW to RUNNING',
      'moved from NEW to FAILED',
      'moved from RUNNING to FAILED',
      'moved from NEW to DONE',
    );
    isApart(
      '10.0.0.1 "GET /a HTTP/1.1" 200',
      '10.0.0.1 "POST /a HTTP/1.1" 200',
      '10.0.0.1 "PUT /a HTTP/1.1" 200',
    );
    isApart('on action app.intent.SCREEN_ON', 'on action app.intent.SCREEN_OFF');
    isApart('failed: java.io.IOException', 'failed: java.net.SocketTimeoutException');
    isApart('request failed error=ECONNREFUSED', 'request failed error=ETIMEDOUT');
    isApart('asked 3 replicas, none answered', 'asked 3 replicas, 2 answered');
    isApart('debug wait enable......0', 'machine check enable......0');
  });

  it('are names when several stood after a word that names are given by', () => {
    expect(templateOf('session opened for user root', 'session opened for user bob')).toBe(
      'session opened for user <*>',
    );
    expect(templateOf('shipped to Oslo', 'shipped to Bern', 'shipped to Rome')).toBe('shipped to <*>');
    isApart('shipped to Oslo', 'shipped to Bern');
    isApart('user connected', 'user disconnected');
  });

  it('are names when very many stood at one place', () => {
    const cities = ['Oslo', 'Bern', 'Rome', 'Lima', 'Kyiv', 'Cairo', 'Quito', 'Seoul'];
    expect(templateOf(...cities.map((city) => `weather ${city} fetched`))).toBe('weather <*> fetched');
  });

  it('are names two at a time, when no two lines share one', () => {
    const names = ['ash', 'bay', 'cod', 'dot', 'elm', 'fir', 'gum', 'hop'];
    templateOf(...names.map((name, index) => `user ${name} came from host ${names.at(index - 3)} again`));
  });

  it('tell lines of values apart by the letters in them', () => {
    isApart('jetty-6.1.26', 'snapshot.300000dcd', 'blk_17');
    templateOf('core-7.2', 'core-8.15');
  });
});

describe('createTemplateMiner', () => {
  it('gives stable ids and counts every line', () => {
    const miner = createTemplateMiner();
    const first = miner.add('took 5 ms');
    miner.add('other');
    expect(miner.add('took 7 ms')).toBe(first);
    expect(miner.templates().map(({ count }) => count)).toEqual([2, 1]);
    expect(miner.templates()).toEqual(miner.templates());
  });

  it('finds the same groups in whatever order lines come', () => {
    const words = fc.constantFrom(
      'user bob',
      'user eve',
      'user ann',
      'from 1.2.3.4',
      'id 5',
      'id x7',
      'lost',
      'found',
    );
    fc.assert(
      fc.property(fc.array(fc.array(words, { maxLength: 3 }), { maxLength: 30 }), (parts) => {
        const lines = parts.map((part) => part.join(' '));
        const partition = (from: readonly string[]) => {
          const { groups } = templatesOf(from);
          const byGroup = new Map<number, Set<string>>();
          for (const [index, line] of from.entries()) {
            const group = groups[index] ?? -1;
            byGroup.set(group, (byGroup.get(group) ?? new Set()).add(line));
          }
          return new Set([...byGroup.values()].map((group) => [...group].sort().join('|')));
        };
        expect(partition(lines.toReversed())).toEqual(partition(lines));
      }),
    );
  });

  it('never throws, and every line has a template', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: fc.constantFrom(...'([{<"\'=:,. -/\\*1aZé漢|@'), maxLength: 300 }),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 20 }), (lines) => {
        const { templates, groups } = templatesOf(lines);
        const ids = new Set(templates.map(({ id }) => id));
        expect(groups.every((group) => ids.has(group))).toBe(true);
        expect(templates.reduce((sum, { count }) => sum + count, 0)).toBe(lines.length);
      }),
    );
  });

  it('reads the first 4,096 bytes of a line only', () => {
    const head = `start ${'word '.repeat(1_000)}`;
    templateOf(`${head} one ${'x'.repeat(1_000_000)}`, `${head} two`);
  });

  it('names templates safely, whatever lines say', () => {
    const { templates } = templatesOf(['__proto__', 'constructor', 'toString', '$& $1 <*> <img src=x>', '']);
    expect(templates).toHaveLength(5);
  });

  it('shows where the end of a line was not read, and where a list was cut, without the values', () => {
    const text = templateOf(
      `secret list ${Array.from({ length: 50 }, (_, index) => `a(${index})`).join(', ')} end`,
    );
    expect(text).toBe('secret list …a(<*>) end');
    expect(templateOf('x '.repeat(2_000)).length).toBeLessThanOrEqual(500);
  });
});

describe('bounded memory', () => {
  const words = Array.from({ length: 3_000 }, (_, index) =>
    index.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? ''),
  );

  it('keeps common templates and counts the rarest under one that says so', () => {
    const lines = words.flatMap((word, index) => [
      `${word} ${words[(index * 7) % 2_999]} ${words[(index * 13) % 2_997]}`,
      'the usual line 5',
      `the other line of ${index}`,
    ]);
    const { templates, groups } = templatesOf(lines, 200);
    const overflow = templates.filter(({ isOverflow }) => isOverflow);
    expect(overflow).toHaveLength(1);
    expect(templates.length).toBeLessThanOrEqual(202);
    expect(templates.find(({ text }) => text === 'the usual line <*>')?.count).toBe(3_000);
    expect(templates.find(({ text }) => text === 'the other line of <*>')?.count).toBe(3_000);
    expect(templates.reduce((sum, { count }) => sum + count, 0)).toBe(lines.length);
    expect(new Set(groups).size).toBe(templates.length);
  });

  it('merges what differs by names before anything is given up', () => {
    const lines = words.map((word, index) => `user ${word} came from host ${words.at(-index)} again`);
    const { templates } = templatesOf(lines, 100);
    expect(templates).toEqual([
      { id: expect.any(Number), text: 'user <*> came from host <*> again', count: 3_000 },
    ]);
  });
});
