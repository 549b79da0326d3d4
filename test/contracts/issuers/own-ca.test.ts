// Every kind of certificate from a CA of our own: one that is declared and bootstrapped in the same folder, and one that
// is brought along.
import { DAY } from './case.ts';
import { broughtCa, ownCa } from './stages/own-ca.ts';
import { describeIssuer } from './suite.ts';

const OWN = {
  family: 'ca',
  lifetimeMs: 90 * DAY,
  hearsDuration: true,
  serialBits: 159,
  urls: {
    crl: ['http://pki.example.com/ca.crl'],
    ocsp: ['http://ocsp.example.com'],
    caIssuers: ['http://pki.example.com/ca.crt'],
  },
} as const;

describeIssuer({ ...OWN, name: 'an own CA', chainLength: 1 }, ownCa);

describeIssuer(
  {
    ...OWN,
    name: 'a CA that is brought along',
    chainLength: 2,
    otherwise: {
      'a-ca': { constraints: 'CA, path length 0' },
      'a-constrained-ca': { constraints: 'CA, path length 0' },
    },
  },
  broughtCa,
);
