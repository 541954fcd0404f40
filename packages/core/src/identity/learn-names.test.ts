import { describe, expect, it } from 'vitest';
import { learn, log, podOf, told, trace, workload } from './__fixtures__/signals.js';

const labels = { 'app.kubernetes.io/name': 'checkout', 'argocd.argoproj.io/instance': 'shop-checkout' };

describe('names of one service are learned', () => {
  it('from the pods that signals of two backends come from', () => {
    const learned = learn([
      log('loki', 'shop-checkout', podOf('checkout')),
      trace('tempo', 'checkout', podOf('checkout')),
    ]);
    expect(learned.renaming).toEqual([
      {
        ...{ connectorId: 'loki', alias: 'shop-checkout', service: 'checkout', workload: 'shop/checkout' },
        reason:
          'both are shop/checkout: shop-checkout by where its signals come from, checkout by the names of its pods',
      },
    ]);
  });

  it('from a workload that signals name, and the namespace that another tells of it', () => {
    const signals = [
      log('loki', 'shop-checkout', { 'k8s.deployment.name': 'checkout' }),
      trace('tempo', 'co', podOf('checkout')),
    ];
    expect(told(learn(signals))).toEqual(['loki: shop-checkout -> co']);
    expect(told(learn(signals, { asked: 'shop-checkout' }))).toEqual(['tempo: co -> shop-checkout']);
  });

  it.each([
    ['app.kubernetes.io/name', { 'app.kubernetes.io/name': 'checkout', app: 'shop-checkout' }],
    ['argocd.argoproj.io/instance', labels],
    ['k8s-app', { app: 'checkout', 'k8s-app': 'shop-checkout' }],
  ])('from labels that Kubernetes tells, with no place in any signal: %s', (_, given) => {
    const signals = [log('loki', 'shop-checkout'), trace('tempo', 'checkout')];
    const learned = learn(signals, { workloads: [workload('checkout-deploy', given)] });
    expect(told(learned)).toEqual(['loki: shop-checkout -> checkout']);
    expect(learned.otherNames.get('checkout')).toEqual(['checkout-deploy', 'shop-checkout']);
  });

  it('from labels that telemetry of a pod carries', () => {
    const signals = [
      log('loki', 'shop-checkout', { ...podOf('checkout-deploy'), app_kubernetes_io_name: 'checkout' }),
      trace('tempo', 'checkout'),
    ];
    expect(told(learn(signals))).toEqual(['loki: shop-checkout -> checkout']);
  });

  it('by the name of the alert, else of the configuration, else of the traces', () => {
    const signals = [
      log('loki', 'shop-checkout'),
      trace('tempo', 'checkout'),
      log('elastic', 'checkout-deploy'),
    ];
    const workloads = [workload('checkout-deploy', labels)];
    expect(told(learn(signals, { workloads }))).toEqual([
      'elastic: checkout-deploy -> checkout',
      'loki: shop-checkout -> checkout',
    ]);
    expect(told(learn(signals, { workloads, asked: 'checkout-deploy' }))).toEqual([
      'loki: shop-checkout -> checkout-deploy',
      'tempo: checkout -> checkout-deploy',
    ]);
    const services = [{ name: 'till', argocdApp: 'shop-checkout' }];
    expect(told(learn(signals, { workloads, services, asked: 'checkout' }))).toEqual([
      'elastic: checkout-deploy -> till',
      'loki: shop-checkout -> till',
      'tempo: checkout -> till',
    ]);
  });
});

describe('a name is not learned', () => {
  it('where the configuration says what the connector calls the service', () => {
    const signals = [log('loki', 'shop-checkout'), trace('tempo', 'checkout')];
    const workloads = [workload('checkout-deploy', labels)];
    const fixed = [{ name: 'checkout', aliases: { loki: 'co-logs' } }];
    expect(told(learn(signals, { workloads, services: fixed }))).toEqual([]);
    // The configuration has two services there: neither is the other.
    const two = [{ name: 'checkout' }, { name: 'shop-checkout' }];
    expect(told(learn(signals, { workloads, services: two }))).toEqual([]);
  });

  it('when a label is that of two workloads', () => {
    const signals = [log('loki', 'shop'), trace('tempo', 'checkout', podOf('checkout'))];
    const workloads = ['checkout', 'payments'].map((name) =>
      workload(name, { 'app.kubernetes.io/instance': 'shop' }),
    );
    expect(told(learn(signals, { workloads }))).toEqual([]);
  });

  it('of two services with one name in two namespaces', () => {
    const signals = ['shop', 'staging'].flatMap((namespace) => [
      log('loki', `${namespace}-checkout`, podOf('checkout', namespace)),
      trace('tempo', 'checkout', podOf('checkout', namespace)),
    ]);
    expect(told(learn(signals))).toEqual([]);
    // Nor when the other one tells no more than its namespace.
    const without = [...signals.slice(0, 2), log('elastic', 'checkout', { namespace: 'staging' })];
    expect(told(learn(without))).toEqual([]);
  });

  it('at a pod that may be in two namespaces', () => {
    const pod = { pod: 'checkout-7d9f8b6c5-x2x4q' };
    const places = ['shop', 'staging'].map((namespace) => workload('checkout', {}, { namespace }));
    expect(
      told(learn([log('loki', 'co-logs', pod), trace('tempo', 'co', pod)], { workloads: places })),
    ).toEqual([]);
  });

  it('where one pod has several', () => {
    const sidecar = [log('loki', 'server', podOf('checkout')), log('loki', 'proxy', podOf('checkout'))];
    expect(told(learn([...sidecar, trace('tempo', 'checkout', podOf('checkout'))]))).toEqual([]);
  });

  it('where a backend itself tells the two apart', () => {
    const signals = [
      log('loki', 'checkout'),
      log('loki', 'shop-checkout', podOf('checkout-deploy')),
      trace('tempo', 'checkout'),
    ];
    const workloads = [workload('checkout-deploy', { app: 'checkout' })];
    expect(told(learn(signals, { workloads }))).toEqual([]);
  });

  it('from series that speak of two workloads, or of an exporter', () => {
    const proxy = { ...podOf('checkout'), destination_workload: 'payments' };
    expect(
      told(learn([log('prometheus', 'pay', proxy), trace('tempo', 'checkout', podOf('checkout'))])),
    ).toEqual([]);
    const exporter = {
      pod: 'kube-state-metrics-7d9f8b6c5-x2x4q',
      exported_namespace: 'shop',
      deployment: 'checkout',
    };
    const learned = learn([
      log('prometheus', 'orders-of-checkout', exporter),
      trace('tempo', 'co', podOf('checkout')),
    ]);
    expect(told(learned)).toEqual(['prometheus: orders-of-checkout -> co']);
  });
});
