// Which solver serves a name: cert-manager's precedence (pkg/util/solverpicker), case by case.
import { describe, expect, it } from 'vitest';
import type { IssuerSpec, SolverSpec } from '#core/declaration/issuer-model.ts';
import { selectSolver } from '#core/declaration/select-solver.ts';

interface Written {
  readonly dnsNames?: string[];
  readonly dnsZones?: string[];
  readonly matchLabels?: Record<string, string>;
  readonly standIn?: string;
}

const issuerWith = (solvers: readonly Written[]): IssuerSpec => ({
  kind: 'ClusterIssuer',
  namespace: '',
  name: 'le',
  type: 'acme',
  acme: {
    server: 'https://acme.example.com/directory',
    skipTlsVerify: false,
    privateKeySecretRef: { name: 'k', key: 'tls.key' },
    solvers: solvers.map(
      ({ dnsNames = [], dnsZones = [], matchLabels = {}, standIn }, index): SolverSpec => ({
        selector: { dnsNames, dnsZones, matchLabels },
        cnameStrategy: 'None',
        route53: { hostedZoneId: `Z${index}` },
        ...(standIn === undefined ? {} : { standIn }),
      }),
    ),
  },
});

interface Case {
  readonly solvers: Written[];
  readonly name?: string;
  readonly labels?: Record<string, string>;
  /** The solver's place in the list; undefined where our own zones are used. */
  readonly chosen: number | undefined;
}

const cases: Record<string, Case> = {
  'a single solver without selector serves everything': { solvers: [{}], chosen: 0 },
  'the first of two equal solvers wins': { solvers: [{}, {}], chosen: 0 },
  'a matching name beats no selector': { solvers: [{}, { dnsNames: ['www.example.com'] }], chosen: 1 },
  'a name that does not match is no match': { solvers: [{ dnsNames: ['other.example.com'] }, {}], chosen: 1 },
  'a matching name beats a zone': {
    solvers: [{ dnsZones: ['www.example.com'] }, { dnsNames: ['www.example.com'] }],
    chosen: 1,
  },
  'a matching name beats any number of labels': {
    solvers: [{ matchLabels: { a: '1', b: '2' } }, { dnsNames: ['www.example.com'] }],
    labels: { a: '1', b: '2' },
    chosen: 1,
  },
  'of two matching names the longer zone wins': {
    solvers: [
      { dnsNames: ['www.example.com'], dnsZones: ['com'] },
      { dnsNames: ['www.example.com'], dnsZones: ['example.com'] },
    ],
    chosen: 1,
  },
  'of two matching names and zones more labels win': {
    solvers: [{ dnsNames: ['www.example.com'] }, { dnsNames: ['www.example.com'], matchLabels: { a: '1' } }],
    labels: { a: '1' },
    chosen: 1,
  },
  'more names in the selector weigh nothing': {
    solvers: [{ dnsNames: ['www.example.com'] }, { dnsNames: ['www.example.com', 'a.example.com'] }],
    chosen: 0,
  },
  'the longest zone wins': {
    solvers: [{ dnsZones: ['com'] }, { dnsZones: ['www.example.com'] }, { dnsZones: ['example.com'] }],
    chosen: 1,
  },
  'the longest of several zones of one solver counts': {
    solvers: [{ dnsZones: ['example.com'] }, { dnsZones: ['com', 'www.example.com'] }],
    chosen: 1,
  },
  'a zone beats labels': {
    solvers: [{ matchLabels: { a: '1' } }, { dnsZones: ['example.com'] }],
    labels: { a: '1' },
    chosen: 1,
  },
  'of two equal zones more labels win': {
    solvers: [{ dnsZones: ['example.com'] }, { dnsZones: ['example.com'], matchLabels: { a: '1' } }],
    labels: { a: '1' },
    chosen: 1,
  },
  'a zone matches whole labels only': { solvers: [{ dnsZones: ['ample.com'] }, {}], chosen: 1 },
  'more matching labels win': {
    solvers: [{ matchLabels: { a: '1' } }, { matchLabels: { a: '1', b: '2' } }],
    labels: { a: '1', b: '2', c: '3' },
    chosen: 1,
  },
  'one label that differs is no match': {
    solvers: [{ matchLabels: { a: '1', b: 'x' } }, {}],
    labels: { a: '1', b: '2' },
    chosen: 1,
  },
  'all parts of a selector must match': {
    solvers: [{ dnsNames: ['www.example.com'], matchLabels: { a: '1' } }, {}],
    chosen: 1,
  },
  'a wildcard lies in the zone of its base': {
    solvers: [{}, { dnsZones: ['example.com'] }],
    name: '*.example.com',
    chosen: 1,
  },
  'a wildcard is not the name without asterisk': {
    solvers: [{ dnsNames: ['example.com'] }, {}],
    name: '*.example.com',
    chosen: 1,
  },
  'a wildcard is matched by itself': {
    solvers: [{}, { dnsNames: ['*.example.com'] }],
    name: '*.example.com',
    chosen: 1,
  },
  'a solver of ours beats a better ranked one of another kind': {
    solvers: [{ dnsNames: ['www.example.com'], standIn: 'http01' }, {}],
    chosen: 1,
  },
  'a solver of another kind is stood in for where none of ours matches': {
    solvers: [{ standIn: 'http01' }, { dnsZones: ['example.net'] }],
    chosen: 0,
  },
  'our own zones are used where no solver matches': { solvers: [{ dnsZones: ['example.net'] }], chosen: undefined },
  'our own zones are used where there is no solver': { solvers: [], chosen: undefined },
};

describe('the solver for a name', () => {
  it.each(Object.entries(cases))('%s', (_sentence, { solvers, name = 'www.example.com', labels = {}, chosen }) => {
    const solver = selectSolver(issuerWith(solvers), name, labels);
    expect(solver.route53.hostedZoneId).toBe(chosen === undefined ? undefined : `Z${chosen}`);
  });

  it('is Route53 with our own zones and no delegation where none is named', () => {
    expect(selectSolver(issuerWith([]), 'www.example.com', {})).toEqual({
      selector: { dnsNames: [], dnsZones: [], matchLabels: {} },
      cnameStrategy: 'None',
      route53: {},
      standIn: 'none',
    });
  });
});
