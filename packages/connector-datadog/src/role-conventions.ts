import type { MetricRole } from '@midwatch/core';

/** A metric that stands for a role, as Datadog's agents, integrations and OpenTelemetry name it. */
export interface RoleConvention {
  readonly role: MetricRole;
  /** All of these must be there. `$1` and `$2` in the formula stand for their queries. */
  readonly metrics: readonly string[];
  /** @default `$1` */
  readonly formula?: string;
  /** @default `max`: the worst pod */
  readonly aggregator?: 'max' | 'sum' | 'avg';
  /** @default none */
  readonly function?: '.as_rate()' | '.as_count()';
  /** Tags beside the service by which series are told apart. */
  readonly by?: readonly string[];
  /** A tag that the series must have. */
  readonly tag?: string;
  readonly unit: string;
  readonly storedIn?: string;
}

const connection = { unit: '{connection}' } as const;

/** The surest first: of each role the first that the service has is asked for. Requests are in `request-queries.ts`. */
export const roleConventions: readonly RoleConvention[] = [
  { role: 'cpu.usage', metrics: ['kubernetes.cpu.usage.total'], unit: '{cpu}', storedIn: 'nanocore' },
  { role: 'cpu.usage', metrics: ['container.cpu.usage'], unit: '{cpu}', storedIn: 'nanocore' },
  { role: 'cpu.usage', metrics: ['docker.cpu.usage'], unit: '1', storedIn: 'percent' },
  {
    role: 'cpu.throttling',
    metrics: ['kubernetes.cpu.cfs.throttled.periods', 'kubernetes.cpu.cfs.periods'],
    aggregator: 'sum',
    formula: '$1 / $2',
    unit: '1',
  },
  {
    role: 'cpu.throttling',
    metrics: ['container.cpu.throttled.periods', 'container.cpu.periods'],
    aggregator: 'sum',
    formula: '$1 / $2',
    unit: '1',
  },
  { role: 'memory.usage', metrics: ['kubernetes.memory.working_set'], unit: 'By', storedIn: 'byte' },
  { role: 'memory.usage', metrics: ['kubernetes.memory.usage'], unit: 'By', storedIn: 'byte' },
  { role: 'memory.usage', metrics: ['container.memory.working_set'], unit: 'By', storedIn: 'byte' },
  { role: 'memory.usage', metrics: ['container.memory.usage'], unit: 'By', storedIn: 'byte' },
  {
    role: 'restarts',
    metrics: ['kubernetes.containers.restarts'],
    aggregator: 'sum',
    formula: 'monotonic_diff($1)',
    unit: '{restart}',
  },
  {
    role: 'restarts',
    metrics: ['kubernetes_state.container.restarts'],
    aggregator: 'sum',
    formula: 'monotonic_diff($1)',
    unit: '{restart}',
  },
  {
    role: 'connections.used',
    metrics: ['db.client.connections.usage'],
    tag: 'state:used',
    by: ['pool.name'],
    ...connection,
  },
  {
    role: 'connections.used',
    metrics: ['db.client.connection.count'],
    tag: 'db.client.connection.state:used',
    by: ['db.client.connection.pool.name'],
    ...connection,
  },
  { role: 'connections.used', metrics: ['hikaricp.connections.active'], by: ['pool'], ...connection },
  { role: 'connections.used', metrics: ['postgresql.connections'], aggregator: 'sum', ...connection },
  { role: 'connections.used', metrics: ['pgbouncer.pools.cl_active'], aggregator: 'sum', ...connection },
  { role: 'connections.max', metrics: ['db.client.connections.max'], by: ['pool.name'], ...connection },
  {
    role: 'connections.max',
    metrics: ['db.client.connection.max'],
    by: ['db.client.connection.pool.name'],
    ...connection,
  },
  { role: 'connections.max', metrics: ['hikaricp.connections.max'], by: ['pool'], ...connection },
  { role: 'connections.max', metrics: ['postgresql.max_connections'], ...connection },
  {
    role: 'connections.waiting',
    metrics: ['db.client.connections.pending_requests'],
    by: ['pool.name'],
    unit: '{request}',
  },
  {
    role: 'connections.waiting',
    metrics: ['db.client.connection.pending_requests'],
    by: ['db.client.connection.pool.name'],
    unit: '{request}',
  },
  { role: 'connections.waiting', metrics: ['hikaricp.connections.pending'], by: ['pool'], unit: '{request}' },
  {
    role: 'connections.waiting',
    metrics: ['pgbouncer.pools.cl_waiting'],
    aggregator: 'sum',
    unit: '{request}',
  },
  { role: 'queue.depth', metrics: ['rabbitmq.queue.messages'], by: ['queue'], unit: '{message}' },
  {
    role: 'queue.depth',
    metrics: ['kafka.consumer_lag'],
    aggregator: 'sum',
    by: ['topic'],
    unit: '{message}',
  },
  {
    role: 'queue.depth',
    metrics: ['aws.sqs.approximate_number_of_messages_visible'],
    by: ['queuename'],
    unit: '{message}',
  },
  { role: 'queue.depth', metrics: ['sidekiq.queue.size'], by: ['queue_name'], unit: '{item}' },
  {
    role: 'disk.usage',
    metrics: ['kubernetes.kubelet.volume.stats.used_bytes', 'kubernetes.kubelet.volume.stats.capacity_bytes'],
    by: ['persistentvolumeclaim'],
    formula: '$1 / $2',
    unit: '1',
  },
  { role: 'disk.usage', metrics: ['kubernetes.filesystem.usage_pct'], unit: '1', storedIn: 'fraction' },
  {
    role: 'saturation.other',
    metrics: ['db.client.connections.timeouts'],
    aggregator: 'sum',
    function: '.as_rate()',
    by: ['pool.name'],
    unit: '{timeout}/s',
  },
  {
    role: 'saturation.other',
    metrics: ['hikaricp.connections.timeout'],
    aggregator: 'sum',
    function: '.as_rate()',
    by: ['pool'],
    unit: '{timeout}/s',
  },
  {
    role: 'saturation.other',
    metrics: ['http.server.active_requests'],
    aggregator: 'sum',
    unit: '{request}',
  },
  {
    role: 'saturation.other',
    metrics: ['runtime.node.event_loop.delay.max'],
    unit: 's',
    storedIn: 'nanosecond',
  },
  { role: 'saturation.other', metrics: ['jvm.thread_count'], unit: '{thread}' },
  { role: 'saturation.other', metrics: ['runtime.go.num_goroutine'], unit: '{goroutine}' },
  { role: 'saturation.other', metrics: ['process.open_file_descriptors'], unit: '{file}' },
];

/** Names of the spans by which services are entered, the surest first. https://docs.datadoghq.com/tracing/guide/configuring-primary-operation/ */
export const entryOperations: readonly RegExp[] = [
  /^(?:http\.server\.request|server\.request|web\.request|servlet\.request|rack\.request|aspnet_core\.request|aspnet\.request)$/,
  /^(?:express|koa|fastify|hapi|next|nestjs|flask|django|fastapi|starlette|tornado|aiohttp|falcon|pyramid|bottle|asgi|wsgi)\.request$/,
  /^(?:rails\.action_controller|sinatra\.request|grape\.endpoint_run|laravel\.request|symfony\.request|netty\.request|undertow-http\.request|akka-http\.request|play\.request|vertx\.route-handler)$/,
  /^(?:gin|echo|fiber|chi|mux|http\.router)\.request$/,
  /^grpc\.server(?:\.request)?$/,
  /^http\.request$/,
  /^(?:kafka|rabbitmq|amqp|sqs|aws\.sqs|pubsub|messaging)\.(?:consume|process|receive|consumer)(?:\.\w+)?$/,
  /^(?:consumer\.(?:process|receive)|celery\.run|sidekiq\.job|resque\.job|aws\.lambda)$/,
  /(?:^|\.)(?:server|request|handler|consume|process|job|run)$/,
  /^(?:postgres|postgresql|mysql|redis|mongodb|elasticsearch|sql)\.(?:query|command|server)$/,
];

/** What a service calls is not what it is asked. */
export const clientOperations =
  /(?:^|[._-])client(?:[._-]|$)|^(?:requests|axios|fetch|urllib3|okhttp|faraday|apache-httpclient)\./;
