// A sealed value: every way of printing it gives the same word.
import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Sealed } from '#core/sealed.ts';

const KEY = '-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----';
const sealed = new Sealed(KEY);

describe('a sealed value', () => {
  it.each([
    { way: 'a template string', printed: `${sealed}` },
    { way: 'String()', printed: String(sealed) },
    { way: 'JSON.stringify', printed: JSON.stringify({ key: sealed }) },
    { way: 'inspect', printed: inspect({ deep: { key: sealed } }, { depth: 9, showHidden: true }) },
    { way: 'console.log', printed: format('%s %o %O %j', sealed, sealed, sealed, sealed) },
    { way: 'an error message', printed: new Error(`no ${sealed}`).message },
    {
      way: 'its own properties',
      printed: JSON.stringify([Object.entries(sealed), Object.keys(sealed), { ...sealed }]),
    },
  ])('is not shown by $way', ({ printed }) => {
    expect(printed).not.toContain('MIGH');
    expect(printed).not.toContain('PRIVATE KEY');
  });

  it('says that it is sealed', () => {
    expect([`${sealed}`, JSON.stringify(sealed), inspect(sealed)]).toEqual(['[sealed]', '"[sealed]"', '[sealed]']);
  });

  it('cannot be copied by structuredClone with its content', () => {
    expect(JSON.stringify(structuredClone(sealed))).not.toContain('MIGH');
  });

  it('is opened by whoever spends it', () => {
    expect(sealed.open()).toBe(KEY);
  });
});
