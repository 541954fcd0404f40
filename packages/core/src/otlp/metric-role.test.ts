import { describe, expect, it } from 'vitest';
import { withMetricRole } from './metric-role.js';

const series = (name: string, unit = '', attributes: Record<string, string> = {}) => ({
  name,
  unit,
  attributes,
  points: [[1000, 50]] as const,
});

describe('role by name', () => {
  it.each([
    ['http.server.request.duration.rate', '1/s', 'request.rate'],
    ['http.server.request.rate', '{request}/s', 'request.rate'],
    ['http_server_request_duration_seconds.p99', 's', 'latency.p99'],
    ['rpc.server.duration.p50', 'ms', 'latency.p50'],
    ['http.client.request.duration.p99', 's', undefined],
    ['http.server.request.duration.p90', 's', undefined],
    ['k8s.pod.cpu.usage', '{cpu}', 'cpu.usage'],
    ['k8s.node.cpu.utilization', '1', 'saturation.other'],
    ['container.cpu.cfs_throttled', 's', 'cpu.throttling'],
    ['container.memory.working_set', 'By', 'memory.usage'],
    ['k8s.container.restarts', '1', 'restarts'],
    ['db.client.connections.max', '{connection}', 'connections.max'],
    ['db.client.connection.pending_requests', '{request}', 'connections.waiting'],
    ['hikaricp_connections_active', '', 'connections.used'],
    ['http.server.success.rate', '%', undefined],
    ['error.rate', '{error}/s', undefined],
  ])('%s [%s]', (name, unit, role) => {
    expect(withMetricRole(series(name, unit)).role).toBe(role);
  });

  it('a connection count is of used ones only where it says so', () => {
    const name = 'db.client.connection.count';
    expect(withMetricRole(series(name, '', { 'db.client.connection.state': 'used' })).role).toBe(
      'connections.used',
    );
    expect(withMetricRole(series(name, '', { 'db.client.connection.state': 'idle' })).role).toBeUndefined();
  });
});

describe('units that a role fixes', () => {
  it('latencies become seconds', () => {
    expect(withMetricRole(series('http.server.duration.p95', 'ms'))).toMatchObject({
      unit: 's',
      points: [[1000, 0.05]],
    });
  });

  it('ratios become 0 to 1', () => {
    expect(withMetricRole(series('http.error.ratio', '%'))).toMatchObject({
      unit: '1',
      points: [[1000, 0.5]],
    });
  });

  it('a latency of unknown unit has no role', () => {
    expect(withMetricRole(series('http.server.duration.p95'))).not.toHaveProperty('role');
  });
});
