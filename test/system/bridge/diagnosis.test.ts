// Each way in which a target can lag, made on the real operator, and what sync says of it: the code, and the field in words.
// All are visited by one invocation. It must never expect words that the operator was not heard to say.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '#local/cluster/apply.ts';
import { type Bridge, bridgeOn, secretNameOf } from '#test/support/cluster/bridge.ts';
import { CERTIFICATE_OWNER, certManagerWrites } from '#test/support/cluster/cert-manager.ts';
import { issue } from '#test/support/cluster/issued.ts';
import { anyRights, clusterStore, companion, externalSecret } from '#test/support/cluster/manifests.ts';
import { type Stage, startStage } from '#test/support/cluster/stage.ts';

type Wrong = Parameters<typeof externalSecret>[1];

let stage: Stage;
let bridge: Bridge;

const at = (certificate: string) => {
  const [namespace = '', name = ''] = certificate.split('/');
  return { namespace, name: `${name}-tls`, key: secretNameOf(certificate) };
};
const main = (certificate: string, wrong?: Wrong): Manifest => externalSecret(at(certificate), wrong);
const both = (certificate: string, wrong?: Wrong): Manifest[] => [main(certificate, wrong), companion(at(certificate))];

const ADMISSION = 'admissionregistration.k8s.io/v1';
/** No Secret may be written in the namespace `walled`. */
const wall: Manifest[] = [
  {
    apiVersion: ADMISSION,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'no-secrets' },
    spec: {
      matchConstraints: {
        resourceRules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['secrets'] },
        ],
      },
      validations: [{ expression: "request.namespace != 'walled'", message: 'no Secrets here' }],
    },
  },
  {
    apiVersion: ADMISSION,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'no-secrets' },
    spec: { policyName: 'no-secrets', validationActions: ['Deny'] },
  },
];

interface Case {
  readonly why: string;
  readonly certificate: string;
  /** Before the version is there. */
  readonly given: (certificate: string) => readonly Manifest[] | Promise<readonly Manifest[]>;
  /** After the version is there. */
  readonly afterwards?: (certificate: string) => unknown;
  readonly code: string;
  readonly words: string;
}

const without = (property: string): object[] =>
  ['tls.crt', 'tls.key'].map((secretKey) => ({
    secretKey,
    remoteRef: { key: 'evercert/shop/property', property: secretKey === property ? 'renamed' : secretKey },
  }));

const CASES: readonly Case[] = [
  {
    why: 'there is no ExternalSecret',
    certificate: 'shop/missing',
    given: () => [],
    code: 'TARGET_MISSING',
    words: 'there is no ExternalSecret shop/missing-tls',
  },
  {
    why: 'there is no public companion',
    certificate: 'shop/alone',
    given: (c) => [main(c)],
    code: 'TARGET_PUBLIC_MISSING',
    words: 'there is no ExternalSecret shop/alone-tls-public',
  },
  {
    why: 'it names another store',
    certificate: 'shop/store',
    given: (c) => [
      clusterStore('other'),
      ...both(c, { spec: { secretStoreRef: { kind: 'ClusterSecretStore', name: 'other' } } }),
    ],
    code: 'TARGET_STORE',
    words:
      'reads evercert/shop/store by ClusterSecretStore other, its companion evercert/shop/store by ClusterSecretStore evercert',
  },
  {
    why: 'it reads the secret of another certificate',
    certificate: 'shop/key',
    given: (c) => [externalSecret({ ...at(c), key: 'evercert/shop/alone' }), companion(at(c))],
    code: 'TARGET_KEY',
    words: 'reads evercert/shop/alone by ClusterSecretStore evercert, its companion evercert/shop/key',
  },
  {
    why: 'it writes another Secret',
    certificate: 'shop/named',
    given: (c) => both(c, { target: { name: 'another' } }),
    code: 'TARGET_KEY',
    words: 'spec.target.name is another',
  },
  {
    why: 'its policy is CreatedOnce',
    certificate: 'shop/once',
    given: (c) => both(c, { spec: { refreshPolicy: 'CreatedOnce' } }),
    code: 'TARGET_NEVER_REFRESHES',
    words: 'spec.refreshPolicy is CreatedOnce',
  },
  {
    why: 'its interval is 0',
    certificate: 'shop/zero',
    given: (c) => both(c, { spec: { refreshInterval: '0s' } }),
    code: 'TARGET_NEVER_REFRESHES',
    words: 'spec.refreshInterval is 0s',
  },
  {
    why: 'it is immutable',
    certificate: 'shop/stone',
    given: (c) => both(c, { target: { immutable: true } }),
    code: 'TARGET_IMMUTABLE',
    words: 'spec.target.immutable is true',
  },
  {
    why: 'a Secret of that name is Opaque',
    certificate: 'shop/opaque',
    given: (c) => [
      { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata: { namespace: 'shop', name: at(c).name } },
      ...both(c),
    ],
    code: 'TARGET_TYPE',
    words: 'the Secret of that name has another type; delete it once',
  },
  {
    why: 'another ExternalSecret owns the Secret',
    certificate: 'shop/two',
    given: async (c) => {
      await stage.apply(externalSecret({ ...at(c), name: 'first-owner' }, { target: { name: at(c).name } }));
      await stage.appears(at(c));
      return both(c);
    },
    code: 'TARGET_TWO_OWNERS',
    words: 'secret is owned by another ExternalSecret: first-owner',
  },
  {
    why: "cert-manager's Certificate owns the Secret",
    certificate: 'shop/theirs',
    given: async (c) => {
      await certManagerWrites(stage.admin, at(c), await issue('web.example.com'), {
        ownerReferences: [CERTIFICATE_OWNER],
      });
      return both(c);
    },
    code: 'TARGET_TWO_OWNERS',
    words: 'is already owned by another Certificate controller web',
  },
  {
    why: 'a property is missing in the value',
    certificate: 'shop/property',
    given: (c) => both(c, { data: without('tls.key') }),
    code: 'TARGET_KEY',
    words: 'key renamed does not exist in secret evercert/shop/property',
  },
  {
    why: "the provider's secret is deleted",
    certificate: 'shop/deleted',
    given: both,
    afterwards: (c) => stage.deleteSecret(secretNameOf(c)),
    code: 'TARGET_KEY',
    words: 'it was marked for deletion',
  },
  {
    why: 'IAM refuses the operator',
    certificate: 'shop/denied',
    given: both,
    afterwards: (c) => stage.relay.denied.add(secretNameOf(c)),
    code: 'TARGET_DENIED',
    words: 'is not authorized to perform: secretsmanager:GetSecretValue',
  },
  {
    why: 'both name a store that is not there',
    certificate: 'shop/no-store',
    given: (c) => {
      const wrong = { spec: { secretStoreRef: { kind: 'ClusterSecretStore', name: 'nothing' } } };
      return [main(c, wrong), companion(at(c), wrong)];
    },
    code: 'TARGET_STORE',
    words: 'spec.secretStoreRef is ClusterSecretStore nothing; the setting "clusters" says ClusterSecretStore evercert',
  },
  {
    why: 'both read the secret of another certificate',
    certificate: 'shop/keys',
    given: (c) => {
      const other = { ...at(c), key: 'evercert/shop/alone' };
      return [externalSecret(other), companion(other)];
    },
    code: 'TARGET_KEY',
    words: 'spec.data[].remoteRef.key names evercert/shop/alone; the certificate lies in evercert/shop/keys',
  },
  {
    why: 'it is pinned to a version',
    certificate: 'shop/pinned',
    given: (c) => {
      const pin = (secretKey: string) => ({ key: at(c).key, property: secretKey, version: 'AWSPREVIOUS' });
      return both(c, { data: ['tls.crt', 'tls.key'].map((secretKey) => ({ secretKey, remoteRef: pin(secretKey) })) });
    },
    code: 'TARGET_KEY',
    words: 'spec.data[].remoteRef.version is AWSPREVIOUS, so it keeps to that version',
  },
  {
    why: 'a policy of the cluster refuses the Secret',
    certificate: 'walled/web',
    given: both,
    code: 'TARGET_REFUSED',
    words: "ValidatingAdmissionPolicy 'no-secrets'",
  },
];

beforeAll(async () => {
  stage = await startStage({ name: 'bridge-diagnosis', namespaces: ['shop', 'walled'] });
  bridge = bridgeOn(stage);
  await stage.apply(clusterStore(), ...anyRights(), ...wall);
  await stage.settles({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'probe', namespace: 'walled' } }, 422);
  for (const { certificate, given, afterwards } of CASES) {
    await stage.put(secretNameOf(certificate), await issue('old.example.com'));
    await stage.apply(...(await given(certificate)));
    await bridge.declare(certificate);
    await bridge.issue(certificate);
    await afterwards?.(certificate);
  }
  await bridge.sync({ wake: true });
});
afterAll(() => stage?.stop());

describe('a target lags because', () => {
  it.each(CASES)('$why: $code, and the words say it', ({ certificate, code, words }) => {
    const { failure, confirmed } = bridge.target(certificate);
    expect({ code: failure?.code, message: failure?.message, confirmed }).toEqual({
      code,
      message: expect.stringContaining(words),
      confirmed: undefined,
    });
  });

  it('whatever it was, it is told once: one event each, but of what may pass by itself', () => {
    const told = bridge.bus.published().map(({ detailType, detail }) => `${detailType} ${detail.certificate}`);
    const lasting = CASES.filter(({ code }) => code !== 'TARGET_NOT_LOOKED' && code !== 'TARGET_STALE');
    expect(told.sort()).toEqual(
      lasting.map(({ certificate }) => `Evercert Certificate Not Delivered ${certificate}`).sort(),
    );
  });
});
