// The tables of fields against the CRDs of cert-manager and of its Private CA issuer.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fieldLeaves } from '#core/declaration/schema/leaves.ts';

/** Leaf paths of the CRDs, taken from their openAPIV3Schema. */
const CRD = JSON.parse(readFileSync(new URL('crd-leaves.json', import.meta.url), 'utf8')) as Record<
  'Certificate' | 'Issuer' | 'AWSPCAIssuer',
  string[]
>;

const pathsOf = (kind: Parameters<typeof fieldLeaves>[0]) => fieldLeaves(kind).map(({ path }) => path);

describe('the tables of fields', () => {
  it('hold every leaf of Certificate, and no other', () => {
    expect(pathsOf(['Certificate']).sort()).toEqual(CRD.Certificate);
  });

  it.each(['Issuer', 'ClusterIssuer'] as const)('hold every leaf of %s, and two that come after 1.21', (kind) => {
    const later = ['spec.acme.renewalInformationSource', 'spec.acme.solvers[].dns01.nameservers[]'];
    expect(pathsOf([kind]).sort()).toEqual([...CRD.Issuer, ...later].sort());
  });

  it.each(['AWSPCAIssuer', 'AWSPCAClusterIssuer'] as const)('hold every leaf of %s, and no other', (kind) => {
    expect(pathsOf([kind]).sort()).toEqual(CRD.AWSPCAIssuer);
  });

  it('give a reason where a field is not supported, and none where it is', () => {
    const odd = fieldLeaves().filter(({ status, reason }) => (status === 'supported') !== (reason === ''));
    expect(odd).toEqual([]);
  });

  it('support all of Certificate', () => {
    expect(fieldLeaves(['Certificate']).filter(({ status }) => status !== 'supported')).toEqual([]);
  });

  it('refuse of an issuer only other systems, access keys, and how a record is watched', () => {
    const refused = fieldLeaves(['Issuer']).filter(({ status }) => status === 'refused');
    const parts = refused.map(
      ({ path }) => path.replace(/^spec\.(acme\.solvers\[\]\.(dns01\.(route53\.)?)?)?/, '').split('.')[0],
    );
    expect([...new Set(parts)].sort()).toEqual([
      'accessKeyID',
      'accessKeyIDSecretRef',
      'auth',
      'nameservers[]',
      'secretAccessKeySecretRef',
      'vault',
      'venafi',
      'waitInsteadOfSelfCheck',
    ]);
  });
});
