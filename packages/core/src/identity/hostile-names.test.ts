import { describe, expect, it } from 'vitest';
import { learn, log, podOf, told, trace, workload } from './__fixtures__/signals.js';
import { workloadsOfPodName } from './pod-workloads.js';
import { renameServices } from './rename-services.js';

const checkout = workload('checkout-deploy', { app: 'checkout', instance: 'shop-checkout' });
const signals = [
  log('loki', 'shop-checkout', podOf('checkout-deploy')),
  trace('tempo', 'checkout', podOf('checkout-deploy')),
];
const usual = ['loki: shop-checkout -> checkout'];

describe('what a stranger writes into labels and telemetry', () => {
  it('takes no name from another service, and does not part its names: a label', () => {
    const thief = workload('miner', { app: 'checkout', instance: 'shop-checkout' });
    const theirs = [log('loki', 'miner', podOf('miner')), trace('tempo', 'miner', podOf('miner'))];
    expect(told(learn([...signals, ...theirs], { workloads: [checkout, thief] }))).toEqual(usual);
  });

  it('takes no name from another service: its own service.name', () => {
    const forged = [trace('tempo', 'payments', podOf('miner')), log('loki', 'payments-log', podOf('miner'))];
    const real = [trace('tempo', 'payments', podOf('payments')), log('loki', 'payments', podOf('payments'))];
    expect(told(learn([...forged, ...real]))).toEqual([]);
    // The real one tells no place: what a pod called `miner` says stands for it only in its own signals.
    const unplaced = learn([...forged, trace('tempo', 'payments')]);
    expect(told(unplaced)).toEqual(['loki: payments-log -> payments']);
  });

  it('takes no service for its own: a forged pod name', () => {
    const forged = [trace('tempo', 'miner', podOf('checkout-deploy'))];
    const learned = learn([...signals, ...forged], { workloads: [checkout] });
    expect(told(learned)).toEqual(usual);
    expect(told(learn([...signals, ...forged]))).toEqual([]);
  });

  it.each(['__proto__', 'constructor', 'toString', '', '\u0000', 'a\u0000b', '$&', 'x'.repeat(250)])(
    'is a name like any other: %j',
    (name) => {
      const odd = [
        log('loki', name, podOf('checkout-deploy')),
        trace('tempo', 'checkout', podOf('checkout-deploy')),
      ];
      const learned = learn(odd, { workloads: [workload('checkout-deploy', { app: '__proto__' })] });
      expect(learned.renaming.map(({ alias, service }) => [alias, service])).toEqual([[name, 'checkout']]);
      const renamed = renameServices({ logs: odd.filter((one) => one.kind === 'logs') }, learned.aliases);
      expect(renamed.logs?.map(({ service }) => service)).toEqual(['checkout']);
      expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    },
  );

  it('makes no attribute keys of objects: a prototype is no place', () => {
    const attributes = Object.create({ pod: 'checkout-deploy-7d9f8b6c5-x2x4q' }) as Record<string, string>;
    expect(told(learn([log('loki', 'co', attributes), ...signals]))).toEqual(told(learn(signals)));
  });
});

describe('pods of services whose names begin alike', () => {
  it.each([
    ['api-7d9f8b6c5-x2x4q', ['api', 'api-7d9f8b6c5']],
    ['api-gateway-7d9f8b6c5-x2x4q', ['api-gateway', 'api-gateway-7d9f8b6c5']],
    ['api-gateway-x2x4q', ['api-gateway']],
    ['api-cache-0', ['api-cache']],
    ['api-5f8d7c9bb4-abcde', ['api-5f8d7c9bb4-abcde']],
    ['backup-28391020-x2x4q', ['backup', 'backup-28391020']],
    ['api', ['api']],
    ['-', ['-']],
    [`${'a-'.repeat(200)}x2x4q`, [`${'a-'.repeat(200)}x2x4q`]],
  ])('%s', (pod, workloads) => {
    expect(workloadsOfPodName(pod)).toEqual(workloads);
  });

  it('are told apart, whatever else is there', () => {
    const of = (name: string) => [
      log('loki', `shop-${name}`, podOf(name)),
      trace('tempo', name, podOf(name)),
    ];
    const names = ['loki: shop-api -> api', 'loki: shop-api-gateway -> api-gateway'];
    expect(told(learn([...of('api'), ...of('api-gateway')]))).toEqual(names);
  });

  it("are nobody's where two workloads may own them", () => {
    const pod = { pod: 'api-v2bcdf-x2x4q', namespace: 'shop' };
    const ambiguous = [log('loki', 'front', pod), trace('tempo', 'edge', pod)];
    const both = [workload('api', {}), workload('api-v2bcdf', {})];
    expect(told(learn(ambiguous, { workloads: both }))).toEqual([]);
    expect(told(learn(ambiguous, { workloads: both.slice(1) }))).toEqual(['loki: front -> edge']);
  });
});

describe('ten thousand services', () => {
  const count = 10_000;
  const names = Array.from({ length: count }, (_, index) => `service-${index}`);
  const many = names.flatMap((name) => [
    log('loki', `shop-${name}`, { ...podOf(name), app: 'shop' }),
    trace('tempo', name, podOf(name)),
  ]);
  const workloads = names.map((name) => workload(name, { app: name, instance: 'shop' }));

  it('are each learned, the same in any order', () => {
    const learned = learn(many, { workloads });
    expect(learned.renaming).toHaveLength(count);
    expect(learn(many.toReversed(), { workloads: workloads.toReversed() })).toEqual(learned);
  });

  it('of one pod are none, and cost no more', () => {
    const flood = names.map((name) => log('loki', name, podOf('checkout')));
    expect(told(learn([...flood, trace('tempo', 'checkout', podOf('checkout'))]))).toEqual([]);
  });
});
