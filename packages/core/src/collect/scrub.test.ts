import { describe, expect, it } from 'vitest';
import { createScrub } from './scrub.js';

/** Like a real one: a text that begins with the name of a secret is the secret's value, up to its end. */
const redactor = { redact: (text: string) => text.replace(/^(\w*PASSWORD)=.*$/s, '$1=[redacted:password]') };

describe('a value beside its key', () => {
  it('is judged by the last word of a path with blanks, wholly', () => {
    const scrub = createScrub(redactor);
    const path = 'Deployment/api container api env DB_PASSWORD';
    expect(scrub.value(path, 'two words')).toBe('[redacted:password]');
    expect(scrub.value('Deployment/api container api env DB_POOL', 'two words')).toBe('two words');
  });

  it('is gone whole when the redactor takes the key with it', () => {
    const scrub = createScrub({ redact: () => '[everything]' });
    expect(scrub.value('token', 'abc')).toBe('[redacted]');
  });
});
