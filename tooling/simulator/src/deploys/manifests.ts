import { hashText } from '../engine/random.js';
import { findService } from '../engine/topology.js';
import type { World } from '../engine/world.js';
import type { Release } from './release.js';

/** A Kubernetes object as it would be applied. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly [more: string]: unknown };
  readonly [more: string]: unknown;
}

/** The objects of a service as of one release; the Secret's values are masked, as Argo CD masks them. */
export function manifestsOf(world: World, release: Release): readonly Manifest[] {
  const service = findService(world.run.topology, release.service);
  const { namespace } = world.run.topology;
  const { name, port } = service;
  const labels = {
    'app.kubernetes.io/instance': name,
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/version': release.version,
  };
  const metadata = { name, namespace, labels };
  const inMap = world.story.configIn === 'config-map';
  const configMap: Manifest = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...metadata, name: `${name}-config` },
    data: release.config,
  };
  const environment = Object.entries(release.config).map(([key, value]) => ({ name: key, value }));
  const container = {
    name,
    image: imageOf(world, release),
    ports: [{ containerPort: port, name: 'main' }],
    env: [
      { name: 'DATABASE_PASSWORD', valueFrom: { secretKeyRef: { name: `${name}-secret`, key: 'password' } } },
      ...(inMap ? [] : environment),
    ],
    ...(inMap && { envFrom: [{ configMapRef: { name: `${name}-config` } }] }),
    resources: {
      limits: { cpu: String(service.cpuLimitCores), memory: `${service.memoryLimitBytes / 2 ** 20}Mi` },
      requests: { cpu: '250m', memory: `${service.memoryLimitBytes / 2 ** 21}Mi` },
    },
    readinessProbe: { httpGet: { path: '/healthz', port: 'main' }, periodSeconds: 10 },
  };
  const checksum = hashText(JSON.stringify(release.config)).toString(16).padStart(8, '0');
  return [
    ...(inMap ? [configMap] : []),
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { ...metadata, name: `${name}-secret` },
      data: { password: '++++++++' },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        ports: [{ name: 'main', port, targetPort: 'main' }],
        selector: { 'app.kubernetes.io/name': name },
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: service.replicas,
        selector: { matchLabels: { 'app.kubernetes.io/name': name } },
        template: {
          metadata: { labels, annotations: { 'checksum/config': checksum } },
          spec: { containers: [container], serviceAccountName: name },
        },
      },
    },
  ];
}

export function imageOf(world: World, release: Release): string {
  return `images.example.com/${world.run.topology.namespace}/${release.service}:${release.version}`;
}
