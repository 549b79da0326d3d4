// The contract of the Private CA port: every part that plays it passes the same sentences; where one is laxer than AWS
// it says so, and its own difference is asserted.
import { createHash, createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import { contentOf } from '#core/certificate/content.ts';
import type { CaAccess, IssueRequest, PrivateCa } from '#core/private-ca/ports.ts';
import { Sealed } from '#core/sealed.ts';
import { declaredCertificate } from '#test/support/declared.ts';

export interface PrivateCaUnderTest {
  readonly port: PrivateCa;
  readonly access: CaAccess;
  /** What the CA signs with. */
  readonly signingAlgorithm: string;
  readonly now: () => Date;
  /** moto: validity, tokens and waiting are not done; anything for a name that it does not know breaks it. */
  readonly asAws: boolean;
  close(): Promise<void>;
}

const LEAF = 'arn:aws:acm-pca:::template/EndEntityCertificate/V1';
const DAY = 86_400_000;
const pemOf = (type: 'ec' | 'rsa'): Sealed<string> => {
  const { privateKey } =
    type === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return new Sealed(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
};

export const describePrivateCa = (name: string, make: () => Promise<PrivateCaUnderTest>): void => {
  describe(`Private CA: ${name}`, () => {
    let under: PrivateCaUnderTest;
    const key = pemOf('ec');
    beforeAll(async () => {
      under = await make();
    });
    afterAll(() => under.close());

    const csr = async (signer = key) =>
      nodeKeys.csr({
        key: signer,
        content: contentOf(declaredCertificate({ name: 'default/web' }).certificate),
        usages: 'encoded',
      });

    const request = async (token: string, more: Partial<IssueRequest> = {}): Promise<IssueRequest> => ({
      access: under.access,
      csr: await csr(),
      templateArn: LEAF,
      signingAlgorithm: under.signingAlgorithm,
      notAfter: new Date(Math.floor(under.now().getTime() / 1_000) * 1_000 + 2 * DAY),
      token: createHash('sha256').update(token).digest('hex').slice(0, 36),
      ...more,
    });

    const fetched = async (certificateArn: string): Promise<X509Certificate[]> => {
      for (;;) {
        const pem = await under.port.certificate({ access: under.access, certificateArn });
        if (pem !== undefined)
          return pem.match(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----/g)!.map((block) => new X509Certificate(block));
      }
    };

    it('describes an active CA: its mode, its algorithm and its end', async () => {
      const { notAfter, notBefore, ...ca } = await under.port.describe(under.access);
      expect(ca).toEqual({
        status: 'ACTIVE',
        usageMode: 'GENERAL_PURPOSE',
        signingAlgorithm: under.signingAlgorithm,
      });
      expect(notAfter!.getTime()).toBeGreaterThan(under.now().getTime() + 3_600 * DAY);
      expect(notBefore === undefined || notBefore < notAfter!).toBe(true);
    });

    it('gives the ARN of a certificate under the CA', async () => {
      expect(await under.port.issue(await request('arn'))).toMatch(
        new RegExp(`^${under.access.arn}/certificate/[0-9a-f]+$`),
      );
    });

    it.each(['ec', 'rsa'] as const)('certifies an %s key, leaf first, up to the root', async (type) => {
      const own = pemOf(type);
      const [leaf, ...above] = await fetched(await under.port.issue(await request(type, { csr: await csr(own) })));
      expect(leaf!.subjectAltName).toBe('DNS:web.example.com');
      expect(leaf!.checkPrivateKey(createPrivateKey(own.open()))).toBe(true);
      const root = above.at(-1)!;
      expect([root.ca, root.checkIssued(root), leaf!.verify(above[0]!.publicKey)]).toEqual([true, true, true]);
    });

    it('refuses a CA that there is not', async () => {
      const arn = under.access.arn.replace(/.{4}$/, 'ffff');
      await expect(under.port.describe({ ...under.access, arn })).rejects.toMatchObject({
        code: under.asAws ? 'PRIVATE_CA_UNUSABLE' : expect.stringMatching(/^(PRIVATE_CA_UNUSABLE|CA_UNREACHABLE)$/),
      });
    });

    it('refuses what is no certificate of the CA', async () => {
      const certificateArn = `${under.access.arn}/certificate/00000000000000000000000000000bad`;
      await expect(under.port.certificate({ access: under.access, certificateArn })).rejects.toMatchObject({
        code: under.asAws ? 'ORDER_INVALID' : 'CA_UNREACHABLE',
      });
    });

    it('refuses what is no request', async () => {
      const asked = await request('no request', { csr: new Uint8Array([1, 2, 3]) });
      await expect(under.port.issue(asked)).rejects.toMatchObject({
        code: under.asAws ? 'CSR_REFUSED' : 'CA_UNREACHABLE',
      });
    });

    it('gives the same certificate for the same token, and another for another', async () => {
      const first = await under.port.issue(await request('one'));
      expect((await under.port.issue(await request('one'))) === first).toBe(under.asAws);
      expect(await under.port.issue(await request('two'))).not.toBe(first);
    });

    it('is in progress at first', async () => {
      const certificateArn = await under.port.issue(await request('progress'));
      const first = await under.port.certificate({ access: under.access, certificateArn });
      expect(first === undefined).toBe(under.asAws);
    });

    it('ends when it was asked to end, to the second', async () => {
      const asked = await request('end');
      const [leaf] = await fetched(await under.port.issue(asked));
      expect(leaf!.validToDate.getTime() === asked.notAfter.getTime()).toBe(under.asAws);
    });

    it('has the usages of its template', async () => {
      const template = { templateArn: LEAF.replace('EndEntity', 'EndEntityClientAuth') };
      const [leaf] = await fetched(await under.port.issue(await request('client', template)));
      expect(leaf!.keyUsage).toEqual(under.asAws ? ['1.3.6.1.5.5.7.3.2'] : undefined);
    });
  });
};
