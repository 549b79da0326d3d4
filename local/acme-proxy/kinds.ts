// What a path of Pebble stands for, named after RFC 8555 section 7.1; the one place that knows Pebble's paths (wfe/wfe.go).
// It must never know what was asked there.

export type RequestKind =
  | 'directory'
  | 'newNonce'
  | 'newAccount'
  | 'account'
  | 'newOrder'
  | 'order'
  | 'authorization'
  | 'challenge'
  | 'finalize'
  | 'certificate'
  | 'renewalInfo'
  | 'other';

const PREFIXES: readonly (readonly [prefix: string, kind: RequestKind])[] = [
  ['/dir', 'directory'],
  ['/nonce-plz', 'newNonce'],
  ['/sign-me-up', 'newAccount'],
  ['/my-account/', 'account'],
  ['/order-plz', 'newOrder'],
  ['/my-order/', 'order'],
  ['/authZ/', 'authorization'],
  ['/chalZ/', 'challenge'],
  ['/finalize-order/', 'finalize'],
  ['/certZ/', 'certificate'],
  ['/draft-ietf-acme-ari-03/renewalInfo/', 'renewalInfo'],
];

export const kindOf = (path: string): RequestKind =>
  PREFIXES.find(([prefix]) => path.startsWith(prefix))?.[1] ?? 'other';
