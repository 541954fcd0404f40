import { describe, expect, it } from 'vitest';
import { versionInImages, versionInManifests, versionInSources } from './image-version.js';
import { readManifests } from './manifest-object.js';

const workload = (name: string, ...containers: readonly (readonly [string, string])[]) =>
  JSON.stringify({
    kind: 'Deployment',
    metadata: { name },
    spec: {
      template: {
        spec: {
          initContainers: [{ name: 'migrate', image: 'acme/migrate:v0' }],
          containers: containers.map(([container, image]) => ({ name: container, image })),
        },
      },
    },
  });
const version = (service: string, ...manifests: string[]) =>
  versionInManifests(readManifests(manifests).values(), service);

describe('in manifests', () => {
  it('is the tag of the container that is called like the service, not of its sidecar', () => {
    expect(version('api', workload('api', ['proxy', 'mesh:9'], ['api', 'acme/api:v2']))).toBe('v2');
  });

  it('is that of the image that is called like the service', () => {
    expect(version('api', workload('api', ['proxy', 'mesh:9'], ['main', 'acme/api:v2']))).toBe('v2');
  });

  it('is of the workload of the service, where an application has several', () => {
    expect(
      version('api', workload('worker', ['main', 'acme/app:v1']), workload('api', ['main', 'acme/app:v2'])),
    ).toBe('v2');
  });

  it('is absent without a workload', () => {
    expect(version('api')).toBeUndefined();
  });
});

describe('in images', () => {
  it.each([
    [['acme/api:v2'], 'v2'],
    [['mesh:9', 'registry.example:5000/acme/api:v2@sha256:abc'], 'v2'],
    [['acme/web:v1', 'acme/worker:v2'], undefined],
    [['acme/api@sha256:abc'], undefined],
    [['registry.example:5000/acme/api'], undefined],
    [['acme/api:latest'], undefined],
    [[], undefined],
  ])('%j is %s', (images, expected) => {
    expect(versionInImages(images, 'api')).toBe(expected);
  });
});

describe('in settings', () => {
  it.each([
    [{ helm: { parameters: [{ name: 'image.tag', value: 'v2' }] } }, 'v2'],
    [{ kustomize: { images: ['api=acme/api:v3'] } }, 'v3'],
    [{ chart: 'api', targetRevision: '1.2.3' }, '1.2.3'],
    [{ targetRevision: 'main' }, undefined],
    [{ helm: { parameters: 'x' }, kustomize: null }, undefined],
  ])('%j is %s', (source, expected) => {
    expect(versionInSources([{ repoURL: 'https://github.com/acme/deploy', ...source }])).toBe(expected);
  });
});
