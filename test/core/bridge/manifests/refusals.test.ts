// What cannot be made is refused in words, all of it at once, and nothing is made.
import { describe, expect, it } from 'vitest';
import { manifestsFor } from '#core/bridge/manifests/manifests.ts';
import type { ManifestsInput } from '#core/bridge/manifests/model.ts';
import { refusalsOf } from '#core/bridge/manifests/refusals.ts';
import type { CertificateSpec } from '#core/declaration/model.ts';
import type { ClusterSettingsInput } from '#core/settings.ts';
import { certificate, inputOf, SAMPLE } from '#test/support/bridge/catalogue.ts';

const WEB = [certificate('shop/web')];
const READER = { readerRole: 'arn:aws:iam::111111111111:role/reader' };
const copied = certificate('shop/wild', { annotations: 'evercert.dev/namespace-selector: "a=b"' });
const toBlog = certificate('shop/many', { annotations: 'evercert.dev/namespaces: "shop, blog"' });

type Case = [string, readonly string[], Partial<ClusterSettingsInput>, Partial<ManifestsInput>, RegExp];

/** As the reader would not let it through. */
const changed = (change: Partial<CertificateSpec>): ManifestsInput => {
  const input = inputOf(WEB);
  const certificates = input.catalogue.certificates.map((one) =>
    one.name === 'shop/web' ? { ...one, certificate: { ...one.certificate, ...change } } : one,
  );
  return { ...input, catalogue: { ...input.catalogue, certificates } };
};

describe('manifests are refused', () => {
  it.each<Case>([
    ['for an operator without the API that they are written in', WEB, { esoVersion: '0.15.9' }, {}, /it needs 0\.16$/],
    [
      'for tenants by session tags at an operator that sends none',
      WEB,
      { tenants: 'session-tags', esoVersion: '2.4.1', readerRole: READER.readerRole },
      {},
      /^cluster blue: tenants: session-tags needs the External Secrets Operator 2\.5 \(sessionTagsPolicy\), and esoVersion is 2\.4\.1$/,
    ],
    ['for tenants by session tags without a role', WEB, { tenants: 'session-tags' }, {}, /takes on the reader role/],
    ['for IRSA without a role', WEB, { identity: 'irsa' }, {}, /^cluster blue: identity irsa writes the reader role/],
    [
      'for IRSA of another account without the role there',
      WEB,
      { identity: 'irsa', account: '222222222222', externalId: 'xyz' },
      READER,
      /--operator-role/,
    ],
    ['for another account without an external id', WEB, { account: '222222222222' }, READER, /give it an externalId/],
    [
      'for another account that is let in by policies, without ours',
      WEB,
      { account: '222222222222' },
      { secretReaders: ['arn:aws:iam::222222222222:role/eso'] },
      /of which account \(--account\)/,
    ],
    [
      'where a name by ARN would be taken for a complete one',
      [certificate('shop/web-server')],
      { account: '222222222222' },
      { account: '111111111111', secretReaders: ['arn:aws:iam::222222222222:role/eso'] },
      /^cluster blue: shop\/web-server: its secret cannot be named by ARN, since "-server" looks like/,
    ],
    [
      'for copies by labels with a store in each namespace',
      [copied],
      { store: { kind: 'SecretStore' } },
      {},
      /^cluster blue: shop\/wild: evercert\.dev\/namespace-selector needs a ClusterSecretStore/,
    ],
    [
      'for a fenced certificate that goes to another namespace',
      [toBlog],
      { tenants: 'session-tags' },
      READER,
      /^cluster blue: shop\/many: with tenants: session-tags .* this goes to blog$/,
    ],
    [
      'for trust anchors behind such a fence',
      [certificate('pki/service', { issuer: '{name: corp}' })],
      { tenants: 'session-tags' },
      { ...READER, trust: 'trust-manager' },
      /session-tags forbids$/,
    ],
  ])('%s', (_sentence, declared, cluster, more, words) => {
    const refusals = refusalsOf(inputOf(declared, cluster, more));
    expect(refusals).toEqual([expect.stringMatching(words)]);
  });

  it('where two certificates want one name in one place', () => {
    const declared = [copied, certificate('blog/wild', { annotations: 'evercert.dev/namespace-selector: "a=c"' })];
    expect(refusalsOf(inputOf(declared))).toEqual([
      'cluster blue: ClusterExternalSecret wild-tls is wanted by blog/wild and shop/wild: give one of them another secretName',
      'cluster blue: ClusterExternalSecret wild-tls-public is wanted by blog/wild and shop/wild: give one of them another secretName',
    ]);
  });

  it("where a Secret is called like another's companion", () => {
    const input = inputOf([certificate('shop/web'), certificate('shop/other')]);
    const certificates = input.catalogue.certificates.map((one) =>
      one.name === 'shop/other' ? { ...one, certificate: { ...one.certificate, secretName: 'web-tls-public' } } : one,
    );
    expect(refusalsOf({ ...input, catalogue: { ...input.catalogue, certificates } })).toEqual([
      'cluster blue: ExternalSecret shop/web-tls-public is wanted by shop/other and shop/web: give one of them another secretName',
    ]);
  });

  it.each([
    ['is no name', { secretName: 'web\n---\nkind: Pod' }, /is not a name of a Secret$/],
    [
      'has a template in it',
      { secretName: 'a{{ .key }}' },
      /^cluster blue: shop\/web: "a\{\{ \.key \}\}" is not a name/,
    ],
    ['is too long with its companion', { secretName: 'a'.repeat(250) }, /would have more than 253 characters$/],
    [
      'is no namespace',
      { delivery: { clusters: ['blue'], namespaces: ['a.b'] } },
      /^cluster blue: shop\/web: "a\.b" is not a name of a namespace$/,
    ],
  ])('where a name %s', (_sentence, change, words) => {
    expect(refusalsOf(changed(change))).toEqual([expect.stringMatching(words)]);
  });

  it('with all reasons at once, and then none is made', () => {
    const input = inputOf([copied, toBlog], { esoVersion: '2.4.0', tenants: 'session-tags' });
    expect(refusalsOf(input)).toHaveLength(4);
    expect(() => manifestsFor(input)).toThrow(/2\.5 .*\n.*reader role.*\n.*shop\/many.*\n.*shop\/wild/);
  });
});

it('what can be made is not refused', () => {
  expect(refusalsOf(inputOf(SAMPLE, {}, { trust: 'trust-manager' }))).toEqual([]);
});
