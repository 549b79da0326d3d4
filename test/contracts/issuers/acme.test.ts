// Every kind of certificate at two real ACME CAs: what they can honour is issued, everything else is refused or warned of
// before an order is spent.
import { DAY } from './case.ts';
import { caddy, pebble } from './stages/acme.ts';
import { describeIssuer } from './suite.ts';

describeIssuer(
  {
    name: 'Pebble',
    family: 'acme',
    usages: { RSA: ['digitalSignature', 'serverAuth'], other: ['digitalSignature', 'serverAuth'] },
    subject: 'the first name or none',
    lifetimeMs: 90 * DAY,
    hearsDuration: false,
    chainLength: 2,
    refusals: { ed25519: 'CSR_REFUSED' },
  },
  pebble,
);

describeIssuer(
  {
    name: 'Caddy',
    family: 'acme',
    usages: {
      RSA: ['clientAuth', 'digitalSignature', 'keyEncipherment', 'serverAuth'],
      other: ['clientAuth', 'digitalSignature', 'serverAuth'],
    },
    subject: 'the first name or none',
    lifetimeMs: DAY,
    hearsDuration: false,
    chainLength: 2,
  },
  caddy,
);
