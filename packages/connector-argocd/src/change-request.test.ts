import { describe, expect, it } from 'vitest';
import { findChangeRequest, toRepository } from './change-request.js';

const github = 'https://github.com/acme/deploy.git';

describe('findChangeRequest', () => {
  it.each([
    ['Cut the limit (#12)', github, { name: '#12', url: 'https://github.com/acme/deploy/pull/12' }],
    [
      'Merge pull request #7 from acme/x\n\nCut',
      'git@github.com:acme/deploy.git',
      { name: '#7', url: 'https://github.com/acme/deploy/pull/7' },
    ],
    [
      "Merge branch 'x'\n\nSee merge request acme/deploy!9",
      'https://gitlab.example/acme/deploy',
      { name: '!9', url: 'https://gitlab.example/acme/deploy/-/merge_requests/9' },
    ],
    ['Cut the limit (#12)', 'https://git.example/acme/deploy', { name: '#12' }],
    ['Cut the limit (#12)', undefined, { name: '#12' }],
    [
      'Merged in cut (pull request #5)',
      'https://bitbucket.org/acme/deploy',
      { name: '#5', url: 'https://bitbucket.org/acme/deploy/pull-requests/5' },
    ],
    ['Cut the limit (#12)', 'https://github.com.evil.example/acme/deploy', { name: '#12' }],
  ])('%j', (message, repository, expected) => {
    expect(findChangeRequest(message, repository)).toEqual(expected);
  });

  it('takes no other number for one', () => {
    expect(findChangeRequest('Fix issue #3 in the parser', github)).toBeUndefined();
    expect(findChangeRequest('', github)).toBeUndefined();
  });

  it('leaves credentials in an address behind', () => {
    const url = `https://user:${'p'}ass@github.com/acme/deploy`;
    expect(findChangeRequest('x (#1)', url)?.url).toBe('https://github.com/acme/deploy/pull/1');
  });
});

describe('toRepository', () => {
  it.each([
    [github, 'acme/deploy'],
    ['git@github.com:acme/deploy.git', 'acme/deploy'],
    ['ssh://git@github.com:22/acme/deploy.git', 'acme/deploy'],
    ['https://gitlab.example/team/group/deploy/', 'team/group/deploy'],
    ['oci://images.example/charts', undefined],
    ['https://charts.example.com', undefined],
    ['', undefined],
    ['javascript:alert(1)//a/b', undefined],
  ])('%s is %s', (url, name) => {
    expect(toRepository(url)?.name).toBe(name);
  });
});
