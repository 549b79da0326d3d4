// Every kind of certificate at one issuer: declared in YAML, checked, carried through the real journey, and judged by
// another reader on what lies in the secret. What an issuer cannot honour is refused by the check, with field and reason.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '#core/declaration/model.ts';
import { readDeclarations } from '#core/declaration/read.ts';
import { isTakenOfClient, servedNames, serves } from '#local/proof/handshake.ts';
import { type World, world } from '#test/support/world.ts';
import { type Case, DEFAULT_USAGES, type Family, type Otherwise, type Says } from './case.ts';
import { KEYS } from './cases/keys.ts';
import { NAMES } from './cases/names.ts';
import { PURPOSES } from './cases/purposes.ts';
import { RENDERINGS } from './cases/renderings.ts';
import { drive } from './drive.ts';
import { areContent, stranger } from './mutual.ts';
import type { IssuerStage, Known } from './stage.ts';
import { certificatesIn, isPair, leadsTo, type Stored, storedOf } from './stored.ts';

const HOOK_MS = 300_000;
const MINUTE = 60_000;

const CASES: readonly Case[] = [...KEYS, ...NAMES, ...PURPOSES, ...RENDERINGS];

const FACTS = ['issuer', 'not-after', 'not-before', 'serial', 'sha256', 'tls.crt', 'tls.key', 'version-id'];

const indented = (text: string): string => text.replace(/^/gm, '  ').trimEnd();

export const certificateText = (
  one: { readonly name: string; readonly spec: string },
  issuerRef: string,
): string => `---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: ${one.name}
spec:
  secretName: ${one.name}-tls
  issuerRef: ${issuerRef}
${indented(one.spec)}
`;

const otherwiseOf = (one: Case, { family, otherwise }: Known): Otherwise => ({
  ...one.at?.[family],
  ...otherwise?.[one.name],
});

const keyFamily = ({ says }: Case): 'RSA' | 'other' => ((says.key ?? 'RSA').startsWith('RSA') ? 'RSA' : 'other');

/** What the leaf is to say at this issuer. */
const expected = (one: Case, known: Known): Says => {
  const { refused: _refused, warned: _warned, ...other } = otherwiseOf(one, known);
  return {
    key: 'RSA 2048',
    subject: [],
    usages: known.defaultUsages ?? DEFAULT_USAGES,
    constraints: 'leaf',
    nameConstraints: [],
    ...one.says,
    ...(known.usages === undefined ? {} : { usages: known.usages[keyFamily(one)] }),
    ...other,
  };
};

const problemsOf = (one: Case, stage: IssuerStage): readonly Problem[] => {
  const text = `${stage.declarations}\n${certificateText(one, stage.issuerRef)}`;
  const { problems } = readDeclarations([{ file: 'case.yaml', text }], { scope: 'folder' });
  return problems.filter(({ severity, code }) => severity === 'error' || code === 'FIELD_NO_EFFECT');
};

const isHere = (one: Case, { name }: Known): boolean => one.only === undefined || one.only.includes(name);

const propertiesOf = (one: Case, family: Family): readonly string[] => {
  const more = (one.properties ?? []).filter((name) => family !== 'acme' || !name.startsWith('truststore'));
  return [...FACTS, ...(family === 'acme' ? [] : ['ca.crt']), ...more].sort();
};

/** Ends so long after it was asked for, and begins not much earlier. */
const livesAsLongAs = ({ says }: Stored, wantedMs: number, startedAt: number, backDatedMs: number): void => {
  const span = [says.notBefore.getTime(), says.notAfter.getTime()] as const;
  expect(span[0]).toBeGreaterThanOrEqual(startedAt - backDatedMs - 1_000);
  expect(span[0]).toBeLessThanOrEqual(Date.now());
  expect(span[1]).toBeGreaterThanOrEqual(startedAt + wantedMs - MINUTE);
  expect(span[1]).toBeLessThanOrEqual(Date.now() + wantedMs + 1_000);
};

const subjectAt = (stored: Stored, wanted: Says, { subject = 'the declared one' }: Known): readonly string[] => {
  if (subject === 'the declared one') return wanted.subject;
  if (subject === 'none') return [];
  const named = stored.says.names.map((name) => [`CN=${name.slice(name.indexOf(':') + 1)}`]);
  const found = named.find((one) => one[0] === stored.says.subject[0]);
  return found ?? [];
};

/** All that a kind promises at one issuer, on the stored secret. */
const promises = (one: Case, stored: Stored, known: Known): void => {
  const { says } = stored;
  const wanted = expected(one, known);
  const declared = { ...wanted, subject: subjectAt(stored, wanted, known), names: [...wanted.names].sort() };
  const { names, subject, key, usages, constraints, nameConstraints } = says;
  if (known.judged === 'names')
    expect({ names, subject, key }).toEqual({ names: declared.names, subject: declared.subject, key: declared.key });
  else expect({ names, subject, key, usages, constraints, nameConstraints }).toEqual(declared);
  if (known.urls !== undefined)
    expect({ crl: says.crl, ocsp: says.ocsp, caIssuers: says.caIssuers }).toEqual(known.urls);
  expect(isPair(stored.leaf, stored.keyPem)).toBe(true);
  if (one.keyBegins !== undefined) expect(stored.keyPem.split('\n')[0]).toBe(one.keyBegins);
  expect(Object.keys(stored.properties).sort()).toEqual(propertiesOf(one, known.family));
  if (known.serialBits !== undefined) expect(says.serialBits).toBeLessThanOrEqual(known.serialBits);
  if (known.serialBits !== undefined) expect(says.serialBits).toBeGreaterThan(known.serialBits - 40);
  expect(stored.chain).toHaveLength(known.chainLength);
};

const shakesHands = async (one: Case, stored: Stored, roots: readonly string[], known: Known): Promise<void> => {
  const presented = { chainPem: stored.properties['tls.crt']!, keyPem: stored.keyPem };
  const tls = known.usages === undefined ? one.tls : 'server';
  if (tls === 'server') expect(await serves(presented, servedNames(stored.leaf), roots)).toBe(true);
  if (tls === 'client') expect(await isTakenOfClient(presented, roots, new Date())).toBe(true);
};

const SERVER = 'for-servers';
const SERVER_NAME = `${SERVER}.example.com`;

/** A server and a client from this issuer trust each other by their secrets alone; nobody else is trusted. */
const describeMutualTls = (at: () => World): void => {
  const sides = () => {
    const [server, client] = [storedOf(at(), SERVER), storedOf(at(), 'for-clients')];
    return {
      server: { chainPem: server.properties['tls.crt']!, keyPem: server.keyPem, trusts: client.caPem },
      client: { chainPem: client.properties['tls.crt']!, keyPem: client.keyPem, trusts: server.caPem },
      caName: (certificatesIn(server.caPem)[0]!.subject ?? '').replace(/^CN=/, ''),
    };
  };

  it('lets a client and a server of it meet in mutual TLS', async () => {
    const { server, client } = sides();
    expect(await areContent(server, client, SERVER_NAME)).toBe(true);
  });

  it("lets no stranger's certificate in, though its CA bears the same name", async () => {
    const { server, client, caName } = sides();
    const other = await stranger(SERVER_NAME, caName);
    expect(await areContent(server, { ...client, ...other }, SERVER_NAME)).toBe(false);
    expect(await areContent({ ...server, ...other }, client, SERVER_NAME)).toBe(false);
  });
};

/** Runs all cases on one issuer. */
export const describeIssuer = (known: Known, open: () => Promise<IssuerStage>): void => {
  const cases = CASES.filter((one) => isHere(one, known));
  const refused = cases.filter((one) => otherwiseOf(one, known).refused !== undefined);
  const taken = cases.filter((one) => !refused.includes(one));
  const failing = taken.filter(({ name }) => known.refusals?.[name] !== undefined);
  const issued = taken.filter((one) => !failing.includes(one));

  describe(`${known.name}`, () => {
    let stage: IssuerStage;
    let w: World;
    let startedAt: number;
    let roots: readonly string[];

    beforeAll(async () => {
      stage = await open();
      w = world();
      await stage.prepare?.(w);
      startedAt = Date.now();
      const declared = await w.deploy(
        [stage.declarations, ...taken.map((one) => certificateText(one, stage.issuerRef))].join('\n'),
      );
      await drive(
        w,
        declared.map(({ name }) => name),
        { ports: stage.ports(w), atOnce: stage.atOnce ?? 8 },
      );
      roots = await stage.roots(w);
    }, HOOK_MS);
    afterAll(() => stage?.stop());

    it.each(refused)('refuses the kind $name at check, with the field and the reason', (one) => {
      const { code, path } = otherwiseOf(one, known).refused!;
      const errors = problemsOf(one, stage).filter(({ severity }) => severity === 'error');
      expect(errors.map((problem) => `${problem.code} ${problem.path}`)).toContain(`${code} ${path}`);
      expect(errors.every(({ message, hint }) => message !== '' && hint !== '')).toBe(true);
    });

    it.each(taken)('takes the kind $name at check, and warns of what it cannot say', (one) => {
      const { warned } = otherwiseOf(one, known);
      const wanted = warned === undefined ? [] : [`${warned.code} ${warned.path}`];
      expect(problemsOf(one, stage).map(({ code, path }) => `${code} ${path}`)).toEqual(wanted);
    });

    if (failing.length > 0)
      it.each(failing)('fails the kind $name with what the CA answers', ({ name }) => {
        expect(w.ledger.row(`default/${name}`)?.progress.failure?.code).toBe(known.refusals![name]);
      });

    it.each(issued)('issues the kind $name as it was declared', (one) => {
      const stored = storedOf(w, one.name);
      promises(one, stored, known);
      const declared = known.hearsDuration ? (one.lifetimeMs ?? known.lifetimeMs) : known.lifetimeMs;
      if (known.judged !== 'names') livesAsLongAs(stored, declared, startedAt, known.backDatedMs ?? 5 * MINUTE);
    });

    it.each(issued)('signs the kind $name by a chain that holds, up to a root that is known', async (one) => {
      const stored = storedOf(w, one.name);
      const own = known.family === 'selfSigned' ? [stored.leaf] : certificatesIn(roots.join('\n'));
      expect(leadsTo(stored.chain, own)).toBe(true);
      if (known.family !== 'acme') expect(leadsTo(stored.chain, certificatesIn(stored.caPem))).toBe(true);
      if (known.family === 'selfSigned' && one.selfSignature !== undefined)
        expect(stored.leaf.signatureAlgorithm).toBe(one.selfSignature);
    });

    it.each(issued.filter(({ tls }) => tls !== 'none' || known.usages !== undefined))(
      'shakes hands with the kind $name',
      async (one) => {
        const stored = storedOf(w, one.name);
        const trusted = known.family === 'acme' ? roots : [stored.caPem];
        await shakesHands(one, stored, trusted, known);
      },
    );

    if (known.family !== 'acme') describeMutualTls(() => w);
  });
};
