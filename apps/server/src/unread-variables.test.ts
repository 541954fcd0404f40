import { describe, expect, it } from 'vitest';
import { findUnreadVariables } from './unread-variables.js';

const token = 'a-token-of-24-characters';

describe('findUnreadVariables', () => {
  it.each([
    ['MIDWATCH_WEBHOK_TOKEN', 'MIDWATCH_WEBHOOK_TOKEN'],
    ['MIDWATCH_TOKEN', 'MIDWATCH_TOKENS'],
    ['MIDWATCH_READ_TOKNE', 'MIDWATCH_READ_TOKEN'],
    ['SLACK_CHANEL', 'SLACK_CHANNEL'],
    ['midwatch_config', 'MIDWATCH_CONFIG'],
  ])('%s is most likely %s', (name, meant) => {
    expect(findUnreadVariables({ [name]: token })).toEqual([{ name, meant }]);
  });

  it('says nothing of what is read, is empty, or belongs to others', () => {
    const others = {
      PATH: '/bin',
      HOSTS: 'x',
      SPORT: 'x',
      MIDWATCH_PORT: 'tcp://10.0.0.1:8484',
      LOKI_TOKEN: 'x',
    };
    expect(findUnreadVariables(others)).toEqual([]);
    expect(findUnreadVariables({ SLACK_CHANNEL: 'C0123456789', SLACK_CHANEL: '' })).toEqual([]);
  });

  it('takes the token of the command line for itself where the tokens are set', () => {
    expect(findUnreadVariables({ MIDWATCH_TOKENS: `viewer:${token}`, MIDWATCH_TOKEN: token })).toEqual([]);
  });
});
