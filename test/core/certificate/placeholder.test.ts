// The placeholder of a new secret: words, and nothing that a reader could take for a certificate.
import { describe, expect, it } from 'vitest';
import { isPlaceholder, placeholderText } from '#core/certificate/placeholder.ts';

describe('the placeholder', () => {
  it('is JSON that says what it is, with no tls property', () => {
    expect(JSON.parse(placeholderText('web/shop'))).toEqual({
      evercert: 'placeholder',
      certificate: 'web/shop',
      message: 'No certificate has been issued for web/shop yet. Its key and chain will appear here together.',
    });
  });

  it('is the same text each time', () => {
    expect(placeholderText('web/shop')).toBe(placeholderText('web/shop'));
  });

  it('is told from what a certificate looks like', () => {
    expect(isPlaceholder(placeholderText('web/shop'))).toBe(true);
    expect(isPlaceholder('{"tls.crt":"…","tls.key":"…"}')).toBe(false);
    expect(isPlaceholder('not json')).toBe(false);
  });
});
