// Documents that are no declarations, broken YAML, Lists, and what stands between documents.
import { describe, expect, it } from 'vitest';
import { readDeclarations } from '#core/declaration/read.ts';
import { CERTIFICATE, exchange, ISSUER, saidOf } from './problem-table.ts';

const said = (text: string): string[] => saidOf('a.yaml', { 'a.yaml': text });
const second = exchange(CERTIFICATE, 'name: web\n', 'name: web2\n');
const indented = (text: string): string => text.replace(/^/gm, '    ').replace('    api', '  - api').trimEnd();

const cases: Record<string, [text: string, ...said: string[]]> = {
  'an empty file is nothing': [''],
  'comments alone are nothing': ['# nothing here\n---\n---\n'],
  'text is no object': ['hello world\n', 'error 1:1 DOCUMENT_NOT_OBJECT'],
  'a list is no object': ['- a\n- b\n', 'error 1:1 DOCUMENT_NOT_OBJECT'],
  'Helm values are passed over': ['replicas: 3\n'],
  'another kind is passed over': ['apiVersion: v1\nkind: Service\nmetadata: {}\nspec: {ports: [1]}\n'],
  "another group's Certificate is passed over": ['apiVersion: acm.services.k8s.aws/v1alpha1\nkind: Certificate\n'],
  'a CertificateRequest is passed over': ['apiVersion: cert-manager.io/v1\nkind: CertificateRequest\n'],
  'kind is missing': ['apiVersion: cert-manager.io/v1\nmetadata: {name: a}\n', 'error 1:1 KIND_MISSING kind'],
  'kind is misspelled as a key': [
    'apiVersion: cert-manager.io/v1\nkindd: Certificate\n',
    'error 1:1 KIND_MISSING kind',
  ],
  'kind is a number': ['apiVersion: cert-manager.io/v1\nkind: 1\n', 'error 2:7 FIELD_TYPE kind'],
  'kind is misspelled': ['apiVersion: cert-manager.io/v1\nkind: Certficate\n', 'error 2:7 KIND_UNKNOWN kind'],
  'apiVersion is missing': ['kind: Certificate\n', 'error 1:1 API_VERSION_MISSING apiVersion'],
  'apiVersion is of the past': [
    'kind: Certificate\napiVersion: cert-manager.io/v1alpha2\n',
    'error 2:13 API_VERSION_UNKNOWN apiVersion',
  ],
  'apiVersion is of the oldest past': [
    'kind: Issuer\napiVersion: certmanager.k8s.io/v1alpha1\n',
    'error 2:13 API_VERSION_UNKNOWN apiVersion',
  ],
  'the group is misspelled': [
    'kind: Certificate\napiVersion: cert-manger.io/v1\n',
    'error 2:13 API_VERSION_UNKNOWN apiVersion',
  ],
  'a Private CA issuer has the wrong version': [
    'apiVersion: awspca.cert-manager.io/v1\nkind: AWSPCAClusterIssuer\n',
    'error 1:13 API_VERSION_UNKNOWN apiVersion',
  ],
  'a Private CA issuer is written as one of cert-manager': [
    'apiVersion: cert-manager.io/v1\nkind: AWSPCAClusterIssuer\n',
    'error 2:7 KIND_UNKNOWN kind',
  ],
  'a Private CA issuer has no apiVersion': [
    'kind: AWSPCAIssuer\nmetadata: {name: a}\n',
    'error 1:1 API_VERSION_MISSING apiVersion',
  ],
  'a tab indents': ['apiVersion: v1\nkind: Certificate\nspec:\n\tdnsNames: []\n', 'error 4:1 YAML_SYNTAX'],
  'a quote is not closed': ['apiVersion: v1\nkind: "Certificate\n', 'error 2:18 YAML_SYNTAX'],
  'a bracket is not closed': ['apiVersion: v1\nkind: List\nitems: [a\n', 'error 3:9 YAML_SYNTAX'],
  'a NUL is no text': ['kind: a\0b\n', 'error 1:8 YAML_SYNTAX'],
  'a key is a list': [
    'apiVersion: cert-manager.io/v1\nkind: Issuer\n? [a, b]\n: c\nmetadata: {name: a}\nspec: {ca: {}}\n',
    'error 3:3 YAML_KEY',
    'error 6:8 FIELD_MISSING spec.ca.secretName',
  ],
  'an anchor contains itself': [
    'apiVersion: cert-manager.io/v1\nkind: Issuer\nmetadata: {name: a}\nspec: &a\n  acme: *a\n',
    'error 5:9 YAML_ALIAS spec.acme',
  ],
  'an alias has no anchor': [
    'apiVersion: cert-manager.io/v1\nkind: Issuer\nmetadata: {name: a}\nspec: *b\n',
    'error 4:7 YAML_ALIAS spec',
  ],
  'a second document is counted from the top of the file': [
    `${ISSUER}---\n${exchange(CERTIFICATE, 'web-tls', 'Web')}`,
    'error 19:15 NAME_INVALID spec.secretName',
  ],
};

describe('a document is answered at its place', () => {
  it.each(Object.entries(cases))('%s', (_sentence, [text, ...expected]) => {
    expect(said(text)).toEqual(expected);
  });

  it('a template that is no YAML is a syntax error', () => {
    expect(
      said('kind: {{ .Values.kind }}\napiVersion: cert-manager.io/v1\n').some((one) => one.startsWith('error')),
    ).toBe(true);
  });

  it("paths inside a List begin at the item, lines are the file's", () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n${indented(ISSUER)}\n${indented(exchange(CERTIFICATE, 'web-tls', 'Web'))}\n`;
    expect(said(list)).toEqual(['error 21:19 NAME_INVALID spec.secretName']);
  });

  it('items of a CertificateList need no kind of their own', () => {
    const list = 'apiVersion: cert-manager.io/v1\nkind: CertificateList\nitems:\n  - metadata: {name: a}\n';
    expect(said(list)).toEqual(['error 4:5 FIELD_MISSING spec']);
  });

  it('an item without spec is answered where the item begins', () => {
    const list =
      'apiVersion: v1\nkind: List\nitems:\n  - apiVersion: cert-manager.io/v1\n    kind: Issuer\n    metadata: {name: a}\n';
    expect(said(list)).toEqual(['error 4:5 FIELD_MISSING spec']);
  });

  it('a document with broken YAML leaves the others of its file to be checked', () => {
    const text = `${ISSUER}---\nkind: [\n---\n${exchange(CERTIFICATE, 'web-tls', 'Web')}`;
    expect(said(text).filter((one) => !one.includes('YAML_SYNTAX'))).toEqual([
      'error 21:15 NAME_INVALID spec.secretName',
    ]);
  });

  it('a bomb of aliases is refused and does not explode', () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]`,
    );
    const text = `apiVersion: cert-manager.io/v1\nkind: Issuer\na0: &a0 x\n${levels.join('\n')}\n`;
    expect(said(text).filter((one) => one.includes('YAML_ALIAS'))).toHaveLength(1);
  });

  it('a hundred thousand open brackets are refused and do not exhaust the stack', () => {
    expect(said('['.repeat(100_000))).toEqual([expect.stringMatching(/^error 1:\d+ YAML_SYNTAX$/)]);
  });

  it('two hundred levels of mappings are refused', () => {
    const deep = `apiVersion: cert-manager.io/v1\nkind: Issuer\nspec: ${'{a: '.repeat(200)}1${'}'.repeat(200)}\n`;
    expect(said(deep).filter((one) => one.includes('YAML_TOO_DEEP'))).toHaveLength(1);
  });
});

describe('documents are judged together', () => {
  it('the same Secret wanted twice is an error at both, with the place of the other', () => {
    const { problems } = readDeclarations(
      [
        { file: 'a.yaml', text: CERTIFICATE },
        { file: 'b.yaml', text: `${ISSUER}---\n${second}` },
      ],
      { scope: 'folder' },
    );
    expect(problems.map(({ file, line, code, message }) => [file, line, code, message])).toEqual([
      ['a.yaml', 6, 'SECRET_NAME_TWICE', 'the same Secret is wanted at b.yaml:19'],
      ['b.yaml', 19, 'SECRET_NAME_TWICE', 'the same Secret is wanted at a.yaml:6'],
    ]);
  });

  it('one Secret name in two namespaces is two Secrets', () => {
    const elsewhere = exchange(CERTIFICATE, 'name: web\n', 'name: web\n  namespace: prod\n');
    expect(said(`${ISSUER}---\n${CERTIFICATE}---\n${elsewhere}`)).toEqual([]);
  });

  it('the same object twice is an error at both, whatever the namespace is called', () => {
    const spelled = exchange(CERTIFICATE, 'name: web\n', 'name: web\n  namespace: default\n');
    expect(said(`${ISSUER}---\n${CERTIFICATE}---\n${spelled}`)).toEqual([
      'error 17:9 DOCUMENT_TWICE metadata.name',
      'error 29:9 DOCUMENT_TWICE metadata.name',
    ]);
  });

  it('a missing issuer is an error in a folder and a warning in a single file', () => {
    expect(saidOf('a.yaml', { 'a.yaml': CERTIFICATE }, 'folder')).toEqual([
      'error 10:11 ISSUER_NOT_FOUND spec.issuerRef.name',
    ]);
    expect(saidOf('a.yaml', { 'a.yaml': CERTIFICATE }, 'file')).toEqual([
      'warning 10:11 ISSUER_NOT_FOUND spec.issuerRef.name',
    ]);
  });

  it('an issuer with errors is still there: its certificates are left out, and not complained of', () => {
    const issuer = exchange(ISSUER, 'server:', 'servr:');
    const { problems, catalogue, leftOut } = readDeclarations(
      [{ file: 'a.yaml', text: `${issuer}---\n${CERTIFICATE}` }],
      { scope: 'folder' },
    );
    expect(problems.map(({ code }) => code)).toEqual(['FIELD_UNKNOWN']);
    expect(catalogue.certificates).toEqual([]);
    expect(leftOut).toEqual([
      {
        name: 'default/web',
        dnsNames: ['www.example.com'],
        issuer: 'ClusterIssuer/letsencrypt',
        reason: { code: 'FIELD_UNKNOWN', message: 'there is no field "servr" here' },
      },
    ]);
  });

  it('problems come sorted by file and position', () => {
    const broken = exchange(exchange(CERTIFICATE, 'web-tls', 'Web'), 'name: web\n', 'name: Web\n');
    const files = ['z.yaml', 'a.yaml'].map((file) => ({ file, text: broken }));
    const { problems } = readDeclarations(files, { scope: 'file' });
    expect(problems.map(({ file, line }) => `${file}:${line}`)).toEqual([
      'a.yaml:4',
      'a.yaml:4',
      'a.yaml:6',
      'a.yaml:10',
      'z.yaml:4',
      'z.yaml:4',
      'z.yaml:6',
      'z.yaml:10',
    ]);
  });

  it('other kinds are passed over with a note', () => {
    const text = `${ISSUER}---\napiVersion: v1\nkind: Secret\n---\napiVersion: apps/v1\nkind: Deployment\n`;
    expect(readDeclarations([{ file: 'a.yaml', text }], { scope: 'folder' }).passedOver).toEqual([
      { file: 'a.yaml', line: 14, kind: 'Secret' },
      { file: 'a.yaml', line: 17, kind: 'Deployment' },
    ]);
  });
});
