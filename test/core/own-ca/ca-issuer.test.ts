// The CA issuer, one step at a time: what it signs, what it refuses, and how it waits for a CA that is not there yet.
import { describe, expect, it } from 'vitest';
import type { CaIssuerSpec } from '#core/declaration/issuer-model.ts';
import type { SegmentState } from '#core/journey/row.ts';
import type { SigningPair, SigningPairs } from '#core/own-ca/ports.ts';
import { certificateOf, DAY, HOUR, issuedOf, later, makeCa, makeKey, NOW, step } from '#test/support/own-ca-story.ts';

const iso = (text: string): string => new Date(text).toISOString();
const code = (given: string) => expect.objectContaining({ code: given });

describe('a leaf', () => {
  it('is signed by the CA, served without its root, and comes with the anchor as ca.crt', async () => {
    const root = await makeCa({ name: 'root' });
    const middle = await makeCa({ name: 'middle', parent: root });
    const { leaf, chain, anchors } = issuedOf(await step({ pairs: middle }));
    expect(leaf.verify(certificateOf(middle).publicKey)).toBe(true);
    expect(leaf.checkIssued(certificateOf(middle))).toBe(true);
    expect(chain.map(({ subject }) => subject)).toEqual(['CN=middle']);
    expect(anchors.map(({ subject }) => subject)).toEqual(['CN=root']);
    expect(leaf.subjectAltName).toBe('DNS:web.example.com');
  });

  it('of a root stands alone in its chain', async () => {
    const root = await makeCa({ name: 'root' });
    const { leaf, chain } = issuedOf(await step({ pairs: root }));
    expect(chain).toEqual([]);
    expect(leaf.issuer).toBe('CN=root');
  });

  it('is valid for 90 days unless told, back-dated by five minutes', async () => {
    const root = await makeCa({ name: 'root' });
    const { leaf } = issuedOf(await step({ pairs: root }));
    expect(iso(leaf.validFrom)).toBe('2026-11-25T11:55:00.000Z');
    expect(iso(leaf.validTo)).toBe('2027-02-23T12:00:00.000Z');
    const short = issuedOf(await step({ pairs: root, spec: { durationMs: 24 * HOUR } }));
    expect(iso(short.leaf.validTo)).toBe('2026-11-26T12:00:00.000Z');
  });

  it('does not begin before its CA does', async () => {
    const root = await makeCa({ name: 'root', notBefore: later(-60_000) });
    expect(iso(issuedOf(await step({ pairs: root })).leaf.validFrom)).toBe('2026-11-25T11:59:00.000Z');
  });

  it('has a serial number of 159 random bits', async () => {
    const root = await makeCa({ name: 'root' });
    const { leaf } = issuedOf(await step({ pairs: root }));
    expect(leaf.serialNumber.length).toBeGreaterThanOrEqual(38);
    expect(leaf.serialNumber.length).toBeLessThanOrEqual(40);
    expect(Number.parseInt(leaf.serialNumber.padStart(40, '0').slice(0, 2), 16)).toBeLessThan(0x80);
  });
});

describe('validity nesting', () => {
  it('clamps a leaf to the end of its CA, with a warning', async () => {
    const root = await makeCa({ name: 'root', notAfter: later(60 * DAY) });
    const { leaf, warnings } = issuedOf(await step({ pairs: root }));
    expect(iso(leaf.validTo)).toBe('2027-01-24T12:00:00.000Z');
    expect(warnings).toEqual([
      'ends with its CA at 2027-01-24T12:00:00.000Z, not at 2027-02-23T12:00:00.000Z as its duration asks: a CA must not be outlived',
    ]);
  });

  it('clamps to whatever ends first above it', async () => {
    const root = await makeCa({ name: 'root', notAfter: later(50 * DAY) });
    const middle = await makeCa({ name: 'middle', parent: root });
    expect(iso(issuedOf(await step({ pairs: middle })).leaf.validTo)).toBe('2027-01-14T12:00:00.000Z');
  });

  it.each([
    ['ends within the hour', { notAfter: later(HOUR) }, {}],
    ['ends within twice the emergency margin of the leaf', { notAfter: later(8 * DAY) }, {}],
    ['has ended', { notAfter: later(-HOUR) }, { durationMs: HOUR }],
  ])('refuses where the CA %s', async (_why, wish, spec) => {
    const root = await makeCa({ name: 'root', notBefore: later(-300 * DAY), ...wish });
    await expect(step({ pairs: root, spec })).rejects.toEqual(code('CA_ENDS_FIRST'));
  });

  it('signs on with a short-lived CA until a quarter of its life is left', async () => {
    const root = await makeCa({ name: 'root', notBefore: later(-HOUR), notAfter: later(23 * HOUR) });
    expect(iso(issuedOf(await step({ pairs: root })).leaf.validTo)).toBe('2026-11-26T11:00:00.000Z');
  });

  it('signs what ends before the CA however near that is', async () => {
    const root = await makeCa({ name: 'root', notBefore: later(-300 * DAY), notAfter: later(8 * DAY) });
    const { leaf, warnings } = issuedOf(await step({ pairs: root, spec: { durationMs: DAY } }));
    expect(iso(leaf.validTo)).toBe('2026-11-26T12:00:00.000Z');
    expect(warnings).toEqual([]);
  });

  it('refuses a CA that is not valid yet', async () => {
    const root = await makeCa({ name: 'root', notBefore: later(HOUR) });
    await expect(step({ pairs: root })).rejects.toEqual(code('SIGNER_UNFIT'));
  });
});

describe('path length', () => {
  const ca = { isCa: true, dnsNames: [], commonName: 'below' } as const;

  it('goes down by one for a CA certificate below', async () => {
    const root = await makeCa({ name: 'root', pathLength: 2 });
    const below = issuedOf(await step({ pairs: root, spec: ca })).leaf;
    expect(below.ca).toBe(true);
    expect(below.raw.toString('hex')).toContain('30060101ff020101');
  });

  it('is not limited where no CA above limits it', async () => {
    const root = await makeCa({ name: 'root' });
    const { leaf } = issuedOf(await step({ pairs: root, spec: ca }));
    expect(leaf.raw.toString('hex')).toContain('04053003' + '0101ff');
  });

  it('refuses a CA certificate below one of path length 0', async () => {
    const root = await makeCa({ name: 'root', pathLength: 0 });
    await expect(step({ pairs: root, spec: ca })).rejects.toEqual(code('CA_CONSTRAINS'));
    expect(issuedOf(await step({ pairs: root })).leaf.ca).toBe(false);
  });

  it('of a CA further up counts as well', async () => {
    const root = await makeCa({ name: 'root', pathLength: 1 });
    const middle = await makeCa({ name: 'middle', parent: root });
    await expect(step({ pairs: middle, spec: ca })).rejects.toEqual(code('CA_CONSTRAINS'));
    expect(issuedOf(await step({ pairs: middle })).leaf.ca).toBe(false);
  });

  it('refuses a signer that is no CA certificate', async () => {
    const root = await makeCa({ name: 'root', isCa: false });
    await expect(step({ pairs: root })).rejects.toEqual(code('SIGNER_UNFIT'));
  });
});

describe('name constraints', () => {
  const constrained = (permitted: object, excluded?: object) =>
    makeCa({
      name: 'root',
      nameConstraints: { critical: true, permitted, ...(excluded === undefined ? {} : { excluded }) },
    });

  it('let a name below a permitted domain pass', async () => {
    const root = await constrained({ dnsDomains: ['example.com'] });
    expect(issuedOf(await step({ pairs: root })).leaf.subjectAltName).toBe('DNS:web.example.com');
  });

  it('name each name that lies outside', async () => {
    const root = await constrained({ dnsDomains: ['example.com'] }, { dnsDomains: ['secret.example.com'] });
    const spec = { dnsNames: ['a.example.com', 'a.secret.example.com', 'b.example.org'] };
    await expect(step({ pairs: root, spec })).rejects.toMatchObject({
      code: 'CA_CONSTRAINS',
      detail: {
        offenders: ['a.secret.example.com is excluded', 'b.example.org is not among what is permitted'],
      },
    });
  });

  it('of a CA further up count as well', async () => {
    const root = await constrained({ dnsDomains: ['example.org'] });
    const middle = await makeCa({ name: 'middle', parent: root });
    await expect(step({ pairs: middle })).rejects.toEqual(code('CA_CONSTRAINS'));
  });
});

describe('a CA that is not there yet', () => {
  const waits = async (issuer?: CaIssuerSpec) => {
    const gaps: number[] = [];
    let state: SegmentState | undefined;
    for (let looks = 0; looks < 12; looks++) {
      const outcome = await step({ pairs: undefined, state, ...(issuer === undefined ? {} : { issuer }) });
      if (outcome.kind !== 'wait') throw new Error(outcome.kind);
      gaps.push((outcome.until.getTime() - NOW.getTime()) / 1000);
      state = outcome.state;
    }
    return gaps;
  };

  it('is waited for: seconds at first, then doubling from the sweep period to six hours', async () => {
    expect(await waits()).toEqual([5, 15, 45, 300, 600, 1200, 2400, 4800, 9600, 19200, 21600, 21600]);
  });

  it('is named for people and for the ledger', async () => {
    expect(await step({ pairs: undefined })).toMatchObject({
      kind: 'wait',
      waitingFor: 'issuer Issuer/pki/own',
      waitingForIssuer: 'pki/ca',
    });
  });

  it('that is brought along is told of as ISSUER_NOT_READY, and looked for each 10 minutes to an hour', async () => {
    const signer = { kind: 'referenced', namespace: 'pki', name: 'brought' } as const;
    const issuer: CaIssuerSpec = { kind: 'Issuer', namespace: 'pki', name: 'own', type: 'ca', ca: { signer } };
    const outcome = await step({ pairs: undefined, issuer });
    expect(outcome).toMatchObject({
      kind: 'wait',
      waitingFor:
        'ISSUER_NOT_READY: issuer Issuer/pki/own: the secret for pki/brought is missing, or has no tls.crt and tls.key',
    });
    expect(outcome).not.toHaveProperty('waitingForIssuer');
    expect((await waits(issuer)).slice(0, 5)).toEqual([600, 1200, 2400, 3600, 3600]);
  });
});

describe('the hand-over after a renewal of the CA', () => {
  const handOver = async () => {
    const before = await makeCa({ name: 'before', notAfter: later(30 * DAY) });
    const after = await makeCa({ name: 'after' });
    const current: SigningPair = {
      ...after,
      caPem: after.certificatePem + before.certificatePem,
      handOver: { previousVersionId: before.versionId, signsFrom: later(DAY).toISOString() },
    };
    const read: string[] = [];
    const pairs: SigningPairs = {
      read: async ({ versionId }) => {
        read.push(versionId ?? 'AWSCURRENT');
        return versionId === undefined ? current : versionId === before.versionId ? before : undefined;
      },
    };
    return { pairs, read, before, current };
  };

  it('lets the pair before sign on until its time, with old and new anchors in ca.crt', async () => {
    const { pairs, read } = await handOver();
    const { leaf, anchors } = issuedOf(await step({ pairs }));
    expect(leaf.issuer).toBe('CN=before');
    expect(anchors.map(({ subject }) => subject)).toEqual(['CN=after', 'CN=before']);
    expect(read).toEqual(['AWSCURRENT', 'version-of-before']);
  });

  it('then lets the new one sign', async () => {
    const { pairs, read } = await handOver();
    const { leaf, anchors } = issuedOf(await step({ pairs, now: later(DAY) }));
    expect(leaf.issuer).toBe('CN=after');
    expect(anchors.map(({ subject }) => subject)).toEqual(['CN=after', 'CN=before']);
    expect(read).toEqual(['AWSCURRENT']);
  });

  it('drops an anchor that has expired', async () => {
    const { pairs } = await handOver();
    const { anchors } = issuedOf(await step({ pairs, now: later(31 * DAY) }));
    expect(anchors.map(({ subject }) => subject)).toEqual(['CN=after']);
  });

  it('does without a version before that is gone or too near its end', async () => {
    const { current } = await handOver();
    const gone: SigningPairs = { read: async ({ versionId }) => (versionId === undefined ? current : undefined) };
    expect(issuedOf(await step({ pairs: gone })).leaf.issuer).toBe('CN=after');
    const ending = await makeCa({ name: 'ending', notBefore: later(-300 * DAY), notAfter: later(2 * DAY) });
    const pairs: SigningPairs = { read: async ({ versionId }) => (versionId === undefined ? current : ending) };
    expect(issuedOf(await step({ pairs })).leaf.issuer).toBe('CN=after');
  });
});

it('signs for the key of the certificate, and for no other', async () => {
  const root = await makeCa({ name: 'root' });
  const [own, other] = [await makeKey(), await makeKey()];
  const { createPrivateKey } = await import('node:crypto');
  const { leaf } = issuedOf(await step({ pairs: root, key: own }));
  expect(leaf.checkPrivateKey(createPrivateKey(own.open()))).toBe(true);
  expect(leaf.checkPrivateKey(createPrivateKey(other.open()))).toBe(false);
});
