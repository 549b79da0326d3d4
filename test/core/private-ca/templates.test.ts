// Which template a certificate is issued by: from its usages, isCA and what the issuer allows.
import { describe, expect, it } from 'vitest';
import type { PrivateCaIssuerSpec } from '#core/declaration/issuer-model.ts';
import type { CertificateSpec } from '#core/declaration/model.ts';
import { chooseTemplate, templateArn } from '#core/private-ca/templates.ts';
import { declaredCertificate } from '#test/support/declared.ts';

const ARN = 'arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/1';
const issuer = (more: Partial<PrivateCaIssuerSpec['awspca']> = {}): PrivateCaIssuerSpec => ({
  type: 'awspca',
  kind: 'AWSPCAClusterIssuer',
  namespace: '',
  name: 'pca',
  awspca: { arn: ARN, region: 'us-east-1', ...more },
});
const certificate = (more: Partial<CertificateSpec>): CertificateSpec => ({
  ...declaredCertificate({ name: 'default/web' }).certificate,
  ...more,
});

describe('the template', () => {
  it.each([
    {
      usages: [],
      name: 'EndEntityCertificate/V1',
      notes: ['EndEntityCertificate/V1 also gives server auth, client auth'],
    },
    {
      usages: ['digital signature', 'key encipherment', 'server auth', 'client auth'],
      name: 'EndEntityCertificate/V1',
      notes: [],
    },
    {
      usages: ['server auth', 'client auth'],
      name: 'EndEntityCertificate/V1',
      notes: ['EndEntityCertificate/V1 also gives digital signature, key encipherment'],
    },
    { usages: ['signing', 'key encipherment', 'server auth'], name: 'EndEntityServerAuthCertificate/V1', notes: [] },
    {
      usages: ['client auth'],
      name: 'EndEntityClientAuthCertificate/V1',
      notes: ['EndEntityClientAuthCertificate/V1 also gives digital signature, key encipherment'],
    },
    { usages: ['digital signature', 'code signing'], name: 'CodeSigningCertificate/V1', notes: [] },
    {
      usages: ['ocsp signing'],
      name: 'OCSPSigningCertificate/V1',
      notes: ['OCSPSigningCertificate/V1 also gives digital signature'],
    },
  ])('for $usages is $name', ({ usages, name, notes }) => {
    expect(chooseTemplate(certificate({ usages }), issuer())).toEqual({ name, notes });
  });

  it.each([
    { allowed: 0, name: 'SubordinateCACertificate_PathLen0/V1' },
    { allowed: 2, name: 'SubordinateCACertificate_PathLen2/V1' },
  ])('of a CA certificate has the path length $allowed that the issuer allows', ({ allowed, name }) => {
    const asked = certificate({ isCa: true, usages: ['cert sign', 'crl sign', 'digital signature'] });
    expect(chooseTemplate(asked, issuer({ allowSubordinateCa: allowed }))).toEqual({ name, notes: [] });
  });

  it('of the issuer stands before the choice by usages', () => {
    const named = issuer({ templateName: 'EndEntityCertificate/V1' });
    expect(chooseTemplate(certificate({ usages: ['server auth'] }), named).name).toBe('EndEntityCertificate/V1');
    const shorter = issuer({ templateName: 'SubordinateCACertificate_PathLen0/V1', allowSubordinateCa: 1 });
    expect(chooseTemplate(certificate({ isCa: true, usages: [] }), shorter).name).toBe(
      'SubordinateCACertificate_PathLen0/V1',
    );
  });

  it.each([
    {
      what: 'a CA certificate without the annotation',
      spec: { isCa: true as const },
      ca: {},
      why: /allow-subordinate-ca/,
    },
    {
      what: 'a longer path than is allowed',
      spec: { isCa: true as const },
      ca: { allowSubordinateCa: 0, templateName: 'SubordinateCACertificate_PathLen1/V1' },
      why: /beyond allow-subordinate-ca "0"/,
    },
    {
      what: 'a CA certificate by a template for leaves',
      spec: { isCa: true as const },
      ca: { allowSubordinateCa: 0, templateName: 'EndEntityCertificate/V1' },
      why: /makes no CA/,
    },
    {
      what: 'a leaf by a template for CAs',
      spec: {},
      ca: { allowSubordinateCa: 0, templateName: 'SubordinateCACertificate_PathLen0/V1' },
      why: /makes a CA/,
    },
    {
      what: 'extensions from the request',
      spec: {},
      ca: { templateName: 'EndEntityCertificate_CSRPassthrough/V1' },
      why: /not one that may be used/,
    },
    {
      what: 'extensions from the API',
      spec: {},
      ca: { templateName: 'BlankEndEntityCertificate_APIPassthrough/V1' },
      why: /not one that may be used/,
    },
    {
      what: 'a CA certificate with extensions from the request',
      spec: { isCa: true as const },
      ca: { allowSubordinateCa: 3, templateName: 'SubordinateCACertificate_PathLen0_CSRPassthrough/V1' },
      why: /makes no CA/,
    },
    { what: 'a root', spec: {}, ca: { templateName: 'RootCACertificate/V1' }, why: /not one that may be used/ },
    {
      what: 'a usage that no template gives',
      spec: { usages: ['email protection'] },
      ca: {},
      why: /no template gives email protection/,
    },
    {
      what: 'usages that no template gives together',
      spec: { usages: ['code signing', 'server auth'] },
      ca: {},
      why: /code signing/,
    },
    {
      what: 'usages that the named template lacks',
      spec: { usages: ['client auth'] },
      ca: { templateName: 'EndEntityServerAuthCertificate/V1' },
      why: /client auth/,
    },
    { what: 'name constraints', spec: { nameConstraints: { critical: true } }, ca: {}, why: /nameConstraints/ },
  ])('is refused for $what', ({ spec, ca, why }) => {
    const choose = () => chooseTemplate(certificate(spec), issuer(ca));
    expect(choose).toThrow(why);
    expect(choose).toThrow(expect.objectContaining({ code: 'PRIVATE_CA_TEMPLATE' }));
  });

  it('is named in the partition of the CA', () => {
    expect(templateArn(ARN, 'EndEntityCertificate/V1')).toBe('arn:aws:acm-pca:::template/EndEntityCertificate/V1');
    expect(templateArn(ARN.replace('aws', 'aws-cn'), 'EndEntityCertificate/V1')).toBe(
      'arn:aws-cn:acm-pca:::template/EndEntityCertificate/V1',
    );
  });
});
