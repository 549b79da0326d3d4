// Two Certificates that would want the same Secret in one namespace of one cluster.
import { describe, expect, it } from 'vitest';
import { readDeclarations } from '#core/declaration/read.ts';
import { ISSUER } from './problem-table.ts';

/** `namespace/name`, its Secret and its annotations, on seven lines each and a separator. */
type Wish = readonly [name: string, secretName: string, annotations?: Readonly<Record<string, string>>];

const documentOf = ([name, secretName, annotations = {}]: Wish): string => {
  const [namespace, own] = name.split('/');
  const written = Object.entries(annotations).map(([key, text]) => `evercert.dev/${key}: ${JSON.stringify(text)}`);
  return `apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: ${own}, namespace: ${namespace}, annotations: {${written.join(', ')}}}
spec:
  secretName: ${secretName}
  dnsNames: [www.example.com]
  issuerRef: {name: letsencrypt, kind: ClusterIssuer}
`;
};

const read = (wishes: readonly Wish[]) =>
  readDeclarations(
    [
      { file: 'certificates.yaml', text: wishes.map(documentOf).join('---\n') },
      { file: 'issuer.yaml', text: ISSUER },
    ],
    { scope: 'folder', clusters: ['blue', 'green'] },
  );

const saidOf = (...wishes: Wish[]): string[] =>
  read(wishes).problems.map(
    ({ severity, code, line, path, message }) =>
      `${severity} ${code} ${line} ${path.replace('metadata.annotations', '')} ${message}`,
  );

const severitiesOf = (...wishes: Wish[]): string[] =>
  saidOf(...wishes).map((said) => said.split(' ').slice(0, 2).join(' '));

const TWICE = ['error DELIVERED_TWICE', 'error DELIVERED_TWICE'];
const PERHAPS = ['warning DELIVERED_TWICE', 'warning DELIVERED_TWICE'];

describe('two Certificates that want the same Secret of a cluster', () => {
  it('are both told, with the clusters and the place of the other', () => {
    expect(saidOf(['web/a', 'tls', { namespaces: 'web,api' }], ['api/b', 'tls'])).toEqual([
      'error DELIVERED_TWICE 3 ["evercert.dev/namespaces"] in cluster blue, green the Secret "tls" is wanted at certificates.yaml:13 too',
      'error DELIVERED_TWICE 13 spec.secretName in cluster blue, green the Secret "tls" is wanted at certificates.yaml:5 too',
    ]);
  });

  it('are kept out, both', () => {
    const { catalogue, leftOut } = read([
      ['web/a', 'tls', { namespaces: 'api' }],
      ['api/b', 'tls'],
      ['web/c', 'other'],
    ]);
    expect(catalogue.certificates.map(({ name }) => name)).toEqual(['web/c']);
    expect(leftOut.map(({ name, reason }) => `${name} ${reason.code}`)).toEqual([
      'web/a DELIVERED_TWICE',
      'api/b DELIVERED_TWICE',
    ]);
  });

  it.each<[string, string[], Wish, Wish]>([
    [
      'in other clusters',
      [],
      ['web/a', 'tls', { clusters: 'blue', namespaces: 'api' }],
      ['api/b', 'tls', { clusters: 'green' }],
    ],
    ['in other namespaces', [], ['web/a', 'tls'], ['api/b', 'tls']],
    ['under other names', [], ['web/a', 'a-tls', { namespaces: 'api' }], ['api/b', 'b-tls']],
    ['in no cluster', [], ['web/a', 'tls', { clusters: 'none' }], ['api/b', 'tls', { namespaces: 'web' }]],
    [
      'in one of several clusters',
      TWICE,
      ['web/a', 'tls', { namespaces: 'api' }],
      ['api/b', 'tls', { clusters: 'green' }],
    ],
    ['in the place of a public companion', TWICE, ['web/a', 'tls'], ['web/b', 'tls-public']],
    [
      'where the same labels are',
      TWICE,
      ['web/a', 'tls', { 'namespace-selector': 'a=1' }],
      ['api/b', 'tls', { 'namespace-selector': 'a=1' }],
    ],
    [
      'where more labels are',
      TWICE,
      ['web/a', 'tls', { 'namespace-selector': 'a=1' }],
      ['api/b', 'tls', { 'namespace-selector': 'a=1,b=2' }],
    ],
    [
      'where other labels are',
      PERHAPS,
      ['web/a', 'tls', { 'namespace-selector': 'a=1' }],
      ['api/b', 'tls', { 'namespace-selector': 'b=2' }],
    ],
    [
      'where a label differs',
      [],
      ['web/a', 'tls', { 'namespace-selector': 'a=1' }],
      ['api/b', 'tls', { 'namespace-selector': 'a=2' }],
    ],
    ['where labels may be', PERHAPS, ['web/a', 'tls', { 'namespace-selector': 'a=1' }], ['api/b', 'tls']],
    [
      'where the label of the name is',
      TWICE,
      ['web/a', 'tls', { 'namespace-selector': 'kubernetes.io/metadata.name=api' }],
      ['api/b', 'tls'],
    ],
    [
      'where the label of another name is',
      [],
      ['web/a', 'tls', { 'namespace-selector': 'kubernetes.io/metadata.name=x' }],
      ['api/b', 'tls'],
    ],
    [
      'in one namespace, which has been said',
      ['error SECRET_NAME_TWICE', 'error SECRET_NAME_TWICE'],
      ['web/a', 'tls'],
      ['web/b', 'tls'],
    ],
  ])('%s', (_, said, one, other) => {
    expect(severitiesOf(one, other)).toEqual(said);
    expect(severitiesOf(other, one)).toEqual(said);
  });

  it('cost little where all Secrets of all namespaces have one name', () => {
    const wishes = Array.from({ length: 2_000 }, (_, i): Wish => [`n${i}/web`, 'tls']);
    expect(saidOf(...wishes)).toEqual([]);
  });
});
