/**
 * What a configuration key, a log line or a metric is about, told by general words. Two texts that share a theme may be
 * cause and effect: a smaller pool and "no free connection".
 */
export type Theme =
  | 'connections'
  | 'time-limits'
  | 'memory'
  | 'cpu'
  | 'replicas'
  | 'rate-limits'
  | 'addresses'
  | 'credentials'
  | 'storage'
  | 'features'
  | 'queues'
  | 'schema';

const wordsOfTheme: Record<Theme, readonly string[]> = {
  connections: [
    'pool',
    'connection',
    'conn',
    'connect',
    'socket',
    'keepalive',
    'hikari',
    'pgbouncer',
    'checkout',
    'acquire',
  ],
  'time-limits': [
    'timeout',
    'deadline',
    'ttl',
    'retry',
    'backoff',
    'expire',
    'expiry',
    'latency',
    'slow',
    'timed',
  ],
  memory: ['memory', 'mem', 'heap', 'xmx', 'oom', 'oomkilled', 'gc', 'rss', 'outofmemoryerror'],
  cpu: ['cpu', 'throttle', 'throttling', 'millicore', 'core', 'gomaxprocs'],
  replicas: ['replica', 'hpa', 'scale', 'autoscaling', 'instance', 'surge', 'unavailable', 'pdb'],
  'rate-limits': ['rate', 'quota', 'burst', 'throttle', 'qps', 'rps', 'ratelimit', '429', 'limiter'],
  addresses: [
    'host',
    'hostname',
    'url',
    'uri',
    'endpoint',
    'addr',
    'address',
    'dns',
    'port',
    'resolve',
    'lookup',
    'nxdomain',
    'unknownhost',
  ],
  credentials: [
    'cert',
    'certificate',
    'tls',
    'ssl',
    'ca',
    'secret',
    'credential',
    'token',
    'password',
    'auth',
    'unauthorized',
    'x509',
    'forbidden',
    '401',
    '403',
    'permission',
    'denied',
  ],
  storage: ['disk', 'volume', 'storage', 'pvc', 'space', 'enospc', 'inode', 'quota', 'filesystem', 'evicted'],
  features: ['flag', 'feature', 'toggle', 'enable', 'enabled', 'disabled', 'experiment', 'rollout', 'canary'],
  queues: [
    'queue',
    'backlog',
    'consumer',
    'lag',
    'partition',
    'worker',
    'thread',
    'executor',
    'concurrency',
    'rejected',
    'prefetch',
    'batch',
  ],
  schema: [
    'schema',
    'migration',
    'column',
    'table',
    'index',
    'sql',
    'query',
    'relation',
    'constraint',
    'serialization',
    'deserialize',
    'parse',
    'format',
  ],
};

const longestText = 2000;

/** Lower-case words; names in camelCase, snake_case and dotted paths fall apart, plurals lose their s. */
export function wordsOf(text: string): ReadonlySet<string> {
  const words = new Set<string>();
  const apart = text.slice(0, longestText).replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2');
  for (const match of apart.matchAll(/[\p{L}\d]+/gu)) {
    const word = match[0].toLowerCase();
    words.add(word);
    if (word.length > 3 && word.endsWith('ies')) words.add(`${word.slice(0, -3)}y`);
    else if (word.length > 3 && word.endsWith('s') && !word.endsWith('ss')) words.add(word.slice(0, -1));
  }
  return words;
}

export function themesOf(words: ReadonlySet<string>): ReadonlySet<Theme> {
  const themes = new Set<Theme>();
  for (const [theme, known] of Object.entries(wordsOfTheme) as [Theme, readonly string[]][]) {
    if (known.some((word) => words.has(word))) themes.add(theme);
  }
  return themes;
}

const limitWords = new Set([
  'max',
  'maximum',
  'limit',
  'size',
  'pool',
  'capacity',
  'memory',
  'mem',
  'heap',
  'cpu',
  'replica',
  'timeout',
  'deadline',
  'concurrency',
  'worker',
  'thread',
  'quota',
  'burst',
  'rate',
  'request',
  'connection',
  'buffer',
  'retry',
  'ttl',
  'budget',
]);

/** A value that caps something: lowering it takes capacity away, and may be felt only under load. */
export function isLimit(words: ReadonlySet<string>): boolean {
  for (const word of words) if (limitWords.has(word)) return true;
  return false;
}
