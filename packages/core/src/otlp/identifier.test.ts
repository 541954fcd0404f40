import { describe, expect, it } from 'vitest';
import { toSpanId, toTraceId } from './identifier.js';

const id = 'd85a429591b240fda1b5dc73fe4e39e2';

describe('trace ids', () => {
  it.each([
    ['as it should be', id, id],
    ['in upper case', id.toUpperCase(), id],
    ['with the dashes of a UUID', 'd85a4295-91b2-40fd-a1b5-dc73fe4e39e2', id],
    ['in base64', '2FpClZGyQP2htdxz/k454g==', id],
    ['in base64 without padding', '2FpClZGyQP2htdxz/k454g', id],
    ['in base64 for URLs', '2FpClZGyQP2htdxz_k454g==', id],
    ['30 digits, leading zeros cut', '53d394f92ca6ebd3e4051e9936a8e3', '0053d394f92ca6ebd3e4051e9936a8e3'],
    ['31 digits', '3d394f92ca6ebd3e4051e9936a8e3ab', '03d394f92ca6ebd3e4051e9936a8e3ab'],
    ['64 bits', 'a8e30cf3e2f1d4b6', '0000000000000000a8e30cf3e2f1d4b6'],
  ])('%s', (_, text, expected) => {
    expect(toTraceId(text)).toBe(expected);
  });

  it.each([
    [''],
    ['0'.repeat(32)],
    ['AAAAAAAAAAAAAAAAAAAAAA=='],
    ['x'],
    ['g'.repeat(32)],
    [undefined],
    [null],
    [{}],
  ])('%j is none', (text) => {
    expect(toTraceId(text)).toBeUndefined();
  });

  it('a million characters are none, at once', () => {
    expect(toTraceId('A'.repeat(1_000_000))).toBeUndefined();
  });
});

describe('span ids', () => {
  it.each([
    ['b7ad6b7169203331', 'b7ad6b7169203331'],
    ['qD6o/5DOWXk=', 'a83ea8ff90ce5979'],
    ['7ad6b7169203331', '07ad6b7169203331'],
  ])('%s', (text, expected) => {
    expect(toSpanId(text)).toBe(expected);
  });

  it('a trace id is no span id', () => {
    expect(toSpanId(id)).toBeUndefined();
    expect(toSpanId('2FpClZGyQP2htdxz/k454g==')).toBeUndefined();
  });
});
