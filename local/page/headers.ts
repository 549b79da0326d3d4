// The headers of the local page's answers: nothing from elsewhere runs, is loaded, is sent to or shows it in a frame. It must
// never depend on what is shown.
import { createHash } from 'node:crypto';

/** As Content-Security-Policy wants it (CSP level 3, section 2.3.1). */
const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const ALWAYS = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // With `no-referrer` a browser hides the Origin of our own form too (Fetch standard, "append a request Origin header").
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Of a page whose styles are these, word for word. */
export const pageHeaders = (styles: readonly string[]): Readonly<Record<string, string>> => ({
  ...ALWAYS,
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${styles.map(hashOf).join(' ')}`,
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
});

/** Of all else. */
export const plainHeaders = (type: string): Readonly<Record<string, string>> => ({
  ...ALWAYS,
  'content-type': type,
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
});
