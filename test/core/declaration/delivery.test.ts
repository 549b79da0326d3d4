// The annotations that say where a Certificate is delivered to, and what is wrong with them.
import { describe, expect, it } from 'vitest';
import { readDeclarations } from '#core/declaration/read.ts';
import { askedSummary, requestDiffers } from '#core/renewal/asked.ts';
import { CERTIFICATE, exchange, ISSUER } from './problem-table.ts';

const CLUSTERS = ['blue', 'green'];

const annotated = (annotations: Readonly<Record<string, string>>, text = CERTIFICATE): string => {
  const lines = Object.entries(annotations).map(
    ([key, value]) => `    evercert.dev/${key}: ${JSON.stringify(value)}\n`,
  );
  return lines.length === 0 ? text : exchange(text, 'metadata:\n', `metadata:\n  annotations:\n${lines.join('')}`);
};

const read = (texts: readonly string[], clusters: readonly string[] = CLUSTERS) =>
  readDeclarations(
    [...texts, ISSUER].map((text, index) => ({ file: `${index}.yaml`, text })),
    { scope: 'folder', clusters },
  );

const deliveryOf = (annotations: Readonly<Record<string, string>>) =>
  read([annotated(annotations)]).catalogue.certificates[0]?.certificate.delivery;

const saidOf = (annotations: Readonly<Record<string, string>>, clusters = CLUSTERS): string[] =>
  read([annotated(annotations)], clusters).problems.map(
    ({ severity, line, column, code, path, message, hint }) =>
      `${severity} ${line}:${column} ${code} ${path.replace('metadata.annotations', '')}: ${message} (${hint})`,
  );

describe('a Certificate', () => {
  it('is delivered to its own namespace of all clusters', () => {
    expect(deliveryOf({})).toEqual({ clusters: ['blue', 'green'], namespaces: ['default'] });
  });

  it.each([
    ['some clusters', { clusters: 'green' }, { clusters: ['green'], namespaces: ['default'] }],
    ['each cluster once', { clusters: 'green, blue,green' }, { clusters: ['blue', 'green'], namespaces: ['default'] }],
    ['other namespaces', { namespaces: 'web, api' }, { clusters: ['blue', 'green'], namespaces: ['api', 'web'] }],
    [
      'namespaces with labels',
      { 'namespace-selector': 'tier = front, env=', clusters: 'blue' },
      { clusters: ['blue'], namespaces: [], namespaceSelector: { env: '', tier: 'front' } },
    ],
    ['Reloader', { reloader: 'true' }, { clusters: CLUSTERS, namespaces: ['default'], reloader: true }],
    ['no Reloader', { reloader: 'false' }, { clusters: CLUSTERS, namespaces: ['default'] }],
    [
      'workloads',
      { restart: 'StatefulSet/db, Deployment/web' },
      {
        clusters: CLUSTERS,
        namespaces: ['default'],
        restart: [
          { kind: 'Deployment', name: 'web' },
          { kind: 'StatefulSet', name: 'db' },
        ],
      },
    ],
  ])('names %s', (_, annotations, delivery) => {
    expect(deliveryOf(annotations as Record<string, string>)).toEqual(delivery);
    expect(saidOf(annotations as Record<string, string>)).toEqual([]);
  });

  it.each(['', 'none', ' none '])('is delivered to no cluster with "%s"', (clusters) => {
    expect(deliveryOf({ clusters })).toBe(undefined);
    expect(saidOf({ clusters })).toEqual([]);
    expect(saidOf({ clusters }, [])).toEqual([]);
  });
});

const CA = `apiVersion: cert-manager.io/v1
kind: Issuer
metadata:
  name: bootstrap
spec: {selfSigned: {}}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: root
spec: {secretName: root-ca, isCA: true, commonName: Root, issuerRef: {name: bootstrap}}
`;

describe('a CA certificate, whose key signs for others,', () => {
  const ca = (annotations: Readonly<Record<string, string>>) => {
    const lines = Object.entries(annotations).map(([key, value]) => `    evercert.dev/${key}: ${value}\n`);
    const text =
      lines.length === 0 ? CA : CA.replace('  name: root\n', `  name: root\n  annotations:\n${lines.join('')}`);
    return read([text]);
  };
  const rootOf = (annotations: Readonly<Record<string, string>>) => {
    const found = ca(annotations).catalogue.certificates.find(({ name }) => name === 'default/root');
    return found?.certificate.delivery;
  };

  it('is delivered to no cluster by itself', () => {
    expect(rootOf({})).toBeUndefined();
  });

  it('is delivered where its annotation names the cluster', () => {
    expect(rootOf({ clusters: 'green' })).toEqual({ clusters: ['green'], namespaces: ['default'] });
  });

  it('is told that an annotation has no effect while no cluster is named', () => {
    const said = ca({ namespaces: 'web' }).problems.map(({ code, message, hint }) => [code, message, hint]);
    expect(said).toEqual([
      [
        'ANNOTATION_NO_EFFECT',
        'a CA certificate, with its key, is delivered to no cluster by itself',
        'name the clusters in evercert.dev/clusters',
      ],
    ]);
  });
});

describe('a mistake is told at its place', () => {
  it.each([
    [
      'an unknown cluster',
      { clusters: 'blue, gren' },
      ['error 5:28 CLUSTER_UNKNOWN ["evercert.dev/clusters"]: no cluster is called "gren" (did you mean green?)'],
    ],
    [
      'two unknown clusters',
      { clusters: 'production, gren' },
      [
        'error 5:28 CLUSTER_UNKNOWN ["evercert.dev/clusters"]: no cluster is called "production" (known: blue, green)',
        'error 5:28 CLUSTER_UNKNOWN ["evercert.dev/clusters"]: no cluster is called "gren" (did you mean green?)',
      ],
    ],
    [
      'an empty part',
      { clusters: 'blue,,green' },
      [
        'error 5:28 FIELD_VALUE ["evercert.dev/clusters"]: "blue,,green" has an empty part (write values with single commas between them)',
      ],
    ],
    [
      'no namespace',
      { namespaces: '' },
      ['error 5:30 FIELD_VALUE ["evercert.dev/namespaces"]: nothing is named (leave the annotation out)'],
    ],
    [
      'a namespace that cannot be',
      { namespaces: 'Web' },
      [
        'error 5:30 NAME_INVALID ["evercert.dev/namespaces"]: "Web" is not a valid Kubernetes name (at most 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit)',
      ],
    ],
    [
      'a selector without values',
      { 'namespace-selector': 'front' },
      [
        'error 5:38 FIELD_VALUE ["evercert.dev/namespace-selector"]: "front" is not key=value (write labels that a namespace must have, all of them: team=web, env=prod)',
      ],
    ],
    [
      'a label with two values',
      { 'namespace-selector': 'a=b,a=c' },
      [
        'error 5:38 FIELD_VALUE ["evercert.dev/namespace-selector"]: "a" cannot have two values (write labels that a namespace must have, all of them: team=web, env=prod)',
      ],
    ],
    [
      'a label that cannot be',
      { 'namespace-selector': 'a==b' },
      [
        'error 5:38 LABEL_INVALID ["evercert.dev/namespace-selector"]: "=b" is not a valid label value (at most 63 letters, digits, - _ and .; longer texts belong into annotations)',
      ],
    ],
    [
      'neither true nor false',
      { reloader: 'yes' },
      ['error 5:28 FIELD_VALUE ["evercert.dev/reloader"]: "yes" is neither true nor false (write "true")'],
    ],
    [
      'a misspelled kind',
      { restart: 'deployment/web' },
      ['error 5:27 FIELD_VALUE ["evercert.dev/restart"]: there is no kind "deployment" (did you mean Deployment/web?)'],
    ],
    [
      'a kind that is not restarted',
      { restart: 'CronJob/report' },
      [
        'error 5:27 FIELD_VALUE ["evercert.dev/restart"]: "CronJob/report" is no workload that can be restarted (write Deployment/name, StatefulSet/name, DaemonSet/name)',
      ],
    ],
    [
      'a workload without kind, and one without name',
      { restart: 'web, Deployment/' },
      [
        'error 5:27 FIELD_VALUE ["evercert.dev/restart"]: "web" is no workload that can be restarted (write Deployment/name, StatefulSet/name, DaemonSet/name)',
        'error 5:27 FIELD_VALUE ["evercert.dev/restart"]: "Deployment/" names no Deployment (write Deployment/name)',
      ],
    ],
    [
      'namespaces by name and by label',
      { namespaces: 'web', 'namespace-selector': 'a=b' },
      [
        'error 5:5 NAMESPACES_TWICE ["evercert.dev/namespaces"]: evercert.dev/namespaces and evercert.dev/namespace-selector exclude each other (name the namespaces, or select them by their labels)',
      ],
    ],
    [
      'a restart in selected namespaces',
      { restart: 'Deployment/web', 'namespace-selector': 'a=b' },
      [
        'error 5:5 RESTART_WITH_SELECTOR ["evercert.dev/restart"]: workloads are not restarted in namespaces that are selected by their labels (name the namespaces in evercert.dev/namespaces, or let Reloader restart what reads the Secret: evercert.dev/reloader: "true")',
      ],
    ],
    [
      'a misspelled annotation',
      { cluster: 'blue' },
      [
        'warning 5:5 ANNOTATION_NO_EFFECT ["evercert.dev/cluster"]: there is no annotation "evercert.dev/cluster" (did you mean evercert.dev/clusters?)',
      ],
    ],
    [
      'a restart where nothing is delivered',
      { clusters: 'none', restart: 'Deployment/web' },
      [
        'warning 6:5 ANNOTATION_NO_EFFECT ["evercert.dev/restart"]: evercert.dev/clusters says that it is delivered to no cluster (remove this, or evercert.dev/clusters)',
      ],
    ],
  ])('%s', (_, annotations, said) => {
    expect(saidOf(annotations as Record<string, string>)).toEqual(said);
  });

  it('all of one Certificate at once', () => {
    const codes = saidOf({ clusters: 'x', namespaces: 'X', reloader: 'x', restart: 'x' }).map(
      (one) => one.split(' ')[2],
    );
    expect(codes).toEqual(['CLUSTER_UNKNOWN', 'NAME_INVALID', 'FIELD_VALUE', 'FIELD_VALUE']);
  });

  it('a Secret whose companion would have too long a name', () => {
    const text = exchange(CERTIFICATE, 'web-tls', 'a'.repeat(247));
    expect(read([text]).problems.map(({ code, path }) => `${code} ${path}`)).toEqual(['NAME_INVALID spec.secretName']);
    expect(read([text], []).problems).toEqual([]);
  });

  it('an annotation on an issuer', () => {
    const issuer = annotated({ clusters: 'blue' }, ISSUER);
    const { problems } = readDeclarations([{ file: 'a.yaml', text: issuer }], { scope: 'folder', clusters: CLUSTERS });
    expect(problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'ANNOTATION_NO_EFFECT evercert.dev/clusters says nothing to an issuer',
    ]);
  });
});

describe('without any cluster', () => {
  it('each annotation has no effect, and a warning says so', () => {
    const said = saidOf({ clusters: 'blue', namespaces: 'web', reloader: 'true' }, []);
    expect(said).toEqual([
      'warning 5:5 ANNOTATION_NO_EFFECT ["evercert.dev/clusters"]: no cluster is configured, so nothing is delivered (name them in the setting clusters)',
      'warning 6:5 ANNOTATION_NO_EFFECT ["evercert.dev/namespaces"]: no cluster is configured, so nothing is delivered (name them in the setting clusters)',
      'warning 7:5 ANNOTATION_NO_EFFECT ["evercert.dev/reloader"]: no cluster is configured, so nothing is delivered (name them in the setting clusters)',
    ]);
  });

  it('the hash is what it was before there was any delivery', () => {
    const { certificate, hash } = read([CERTIFICATE], []).catalogue.certificates[0]!;
    expect('delivery' in certificate).toBe(false);
    expect(hash).toBe('5bd913eec668241bb527daad70676a03353d109dec21d0518c9a40800f9ef4cb');
    expect(read([annotated({ namespaces: 'web' })], []).catalogue.certificates[0]!.hash).toBe(hash);
  });
});

describe('another delivery', () => {
  it('changes the hash, so that the row is marked', () => {
    const hashOf = (text: string, clusters: readonly string[]) =>
      read([text], clusters).catalogue.certificates[0]!.hash;
    const hashes = [
      hashOf(CERTIFICATE, []),
      hashOf(CERTIFICATE, ['blue']),
      hashOf(CERTIFICATE, CLUSTERS),
      hashOf(annotated({ restart: 'Deployment/web' }), CLUSTERS),
    ];
    expect(new Set(hashes).size).toBe(4);
    expect(hashOf(CERTIFICATE, ['green', 'blue'])).toBe(hashOf(CERTIFICATE, CLUSTERS));
    expect(hashOf(annotated({ clusters: 'green,blue' }), CLUSTERS)).toBe(hashOf(CERTIFICATE, CLUSTERS));
  });

  it('asks for no other certificate', () => {
    const [none, all] = [[], CLUSTERS].map((clusters) =>
      askedSummary(read([annotated({ namespaces: 'web' })], clusters).catalogue.certificates[0]!),
    );
    expect(all).toEqual(none);
    expect(requestDiffers(none!, all!)).toBe(undefined);
  });
});
