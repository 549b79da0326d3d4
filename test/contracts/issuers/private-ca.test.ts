// Every kind of certificate from ACM Private CA: on the model that signs by template, and on moto's, whose requests are
// looked at for what it does not do itself.
import { describe, expect, it } from 'vitest';
import { world } from '#test/support/world.ts';
import { DAY, HOUR } from './case.ts';
import { drive } from './drive.ts';
import { ALLOWING, type MotoStage, modelledPrivateCa, motoPrivateCa } from './stages/private-ca.ts';
import { storedOf } from './stored.ts';
import { certificateText, describeIssuer } from './suite.ts';

const PRIVATE = {
  family: 'awspca',
  lifetimeMs: 90 * DAY,
  hearsDuration: true,
  defaultUsages: ['clientAuth', 'digitalSignature', 'keyEncipherment', 'serverAuth'],
} as const;

describeIssuer({ ...PRIVATE, name: 'ACM Private CA, modelled', chainLength: 2, backDatedMs: HOUR }, modelledPrivateCa);

let moto: MotoStage;

const MOTO = { ...PRIVATE, chainLength: 1, judged: 'names' } as const;

describeIssuer({ ...MOTO, name: "moto's Private CA" }, async () => {
  moto = await motoPrivateCa();
  return moto;
});

const TEMPLATE = 'arn:aws:acm-pca:::template';

describe("what moto's Private CA is asked", () => {
  const asked = (name: string) => moto.requests.filter(({ certificate }) => certificate === `default/${name}`);

  it.each([
    ['defaults', 'EndEntityCertificate/V1'],
    ['address', 'EndEntityCertificate/V1'],
    ['for-servers', 'EndEntityServerAuthCertificate/V1'],
    ['for-clients', 'EndEntityClientAuthCertificate/V1'],
    ['for-both', 'EndEntityCertificate/V1'],
    ['for-code', 'CodeSigningCertificate/V1'],
    ['usages-left-out', 'EndEntityServerAuthCertificate/V1'],
  ])('for the kind %s is one certificate by the template %s', (name, template) => {
    expect(asked(name).map(({ templateArn }) => templateArn)).toEqual([`${TEMPLATE}/${template}`]);
  });

  it.each([
    ['defaults', 90 * DAY],
    ['two-days', 2 * DAY],
    ['a-year', 365 * DAY],
  ])('for the kind %s ends after its duration', (name, durationMs) => {
    const [{ notAfter, at } = { notAfter: new Date(0), at: new Date() }] = asked(name);
    expect(Math.abs(notAfter.getTime() - at.getTime() - durationMs)).toBeLessThan(60_000);
  });

  it('never takes extensions from a request', () => {
    expect(moto.requests.filter(({ templateArn }) => /passthrough/i.test(templateArn))).toEqual([]);
  });

  it('has a token of its own for each certificate, of at most 36 characters, and the signature of the CA', () => {
    const tokens = moto.requests.map(({ token }) => token);
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(tokens.every((token) => /^[0-9a-f]{20,36}$/.test(token))).toBe(true);
    expect(new Set(moto.requests.map(({ signingAlgorithm }) => signingAlgorithm))).toEqual(new Set(['SHA256WITHRSA']));
  });
});

describe('ACM Private CA whose issuer allows CA certificates', () => {
  it('issues one by the template of the allowed path length, and names nothing else in its subject', async () => {
    const stage = await modelledPrivateCa();
    const w = world();
    await stage.prepare?.(w);
    const a = { name: 'a-ca', spec: 'commonName: A CA\nisCA: true\nprivateKey: { algorithm: ECDSA }' };
    await w.deploy(`${ALLOWING}\n${certificateText(a, stage.issuerRef)}`);
    await drive(w, ['default/a-ca'], { ports: stage.ports(w), atOnce: 1 });
    const { says } = storedOf(w, 'a-ca');
    expect(says.constraints).toBe('CA, path length 1');
    expect(says.subject).toEqual(['CN=A CA']);
    expect(says.usages).toEqual(['cRLSign', 'digitalSignature', 'keyCertSign']);
  });
});
