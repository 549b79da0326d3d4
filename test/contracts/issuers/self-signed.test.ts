// Every kind of certificate, signed by its own key.
import { DAY } from './case.ts';
import { selfSigned } from './stages/own-ca.ts';
import { describeIssuer } from './suite.ts';

describeIssuer(
  {
    name: 'a self-signing issuer',
    family: 'selfSigned',
    lifetimeMs: 90 * DAY,
    hearsDuration: true,
    chainLength: 1,
    serialBits: 159,
    urls: { crl: ['http://pki.example.com/ca.crl'], ocsp: [], caIssuers: [] },
  },
  selfSigned,
);
