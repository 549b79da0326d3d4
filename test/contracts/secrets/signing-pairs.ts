// The contract of SigningPairs: the pair of a CA, from its own secret or from one that is brought along.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CaSigner } from '#core/declaration/issuer-model.ts';
import { makeCa } from '#test/support/own-ca-story.ts';
import { type Context, code, fresh, sealed } from './setup.ts';

const brought = (): { signer: CaSigner; secret: string } => {
  const name = `ca-${randomBytes(6).toString('hex')}`;
  return { signer: { kind: 'referenced', namespace: 'pki', name }, secret: `evercert-refs/pki/${name}` };
};

const value = async (more: Readonly<Record<string, string>> = {}) => {
  const root = await makeCa({ name: 'root' });
  const middle = await makeCa({ name: 'middle', parent: root });
  const said = { 'tls.crt': middle.certificatePem + root.certificatePem, 'tls.key': middle.key.open(), ...more };
  return { root, middle, text: JSON.stringify(said) };
};

/** Runs the contract of SigningPairs. */
export const describeSigningPairs = (context: Context): void => {
  describe('signing pairs', () => {
    it('of a declared CA: its certificate, what stands above, its key, anchors and hand-over', async () => {
      const under = context();
      const request = fresh();
      const signer: CaSigner = { kind: 'declared', certificate: request.certificate };
      const { root, middle, text } = await value({
        'ca.crt': 'anchors',
        'previous-version-id': 'version-before',
        'signs-from': '2026-11-26T12:00:00.000Z',
      });
      const { versions, pairs } = under.open();
      const view = await versions.open(request);
      expect(await pairs.read({ signer })).toBeUndefined();
      const token = 'a'.repeat(64);
      await versions.put({ name: request.name, token, label: 'evercert-r1', value: sealed(text) });
      expect(await pairs.read({ signer })).toBeUndefined();
      await versions.promote({ name: request.name, versionId: token, fromVersionId: view.currentVersionId });
      const pair = (await pairs.read({ signer }))!;
      expect({
        ...pair,
        key: pair.key.open(),
        certificatePem: pair.certificatePem.trim(),
        chainPem: pair.chainPem.trim(),
      }).toEqual({
        versionId: token,
        certificatePem: middle.certificatePem.trim(),
        chainPem: root.certificatePem.trim(),
        key: middle.key.open(),
        caPem: 'anchors',
        handOver: { previousVersionId: 'version-before', signsFrom: '2026-11-26T12:00:00.000Z' },
      });
      expect((await pairs.read({ signer, versionId: token }))?.versionId).toBe(token);
      expect(await pairs.read({ signer, versionId: view.currentVersionId! })).toBeUndefined();
      expect(await pairs.read({ signer, versionId: 'b'.repeat(64) })).toBeUndefined();
    });

    it('that is brought along lies among the references, without our tags', async () => {
      const under = context();
      const { signer, secret } = brought();
      expect(await under.open().pairs.read({ signer })).toBeUndefined();
      const { middle, text } = await value();
      await under.byHand.create({ name: secret, text });
      const pair = (await under.open().pairs.read({ signer }))!;
      expect(pair.key.open()).toBe(middle.key.open());
      expect(pair.caPem).toBeUndefined();
      expect(pair.handOver).toBeUndefined();
    });

    it('are absent where tls.crt or tls.key is missing, and where a stand-in lies', async () => {
      const under = context();
      const { text } = await value();
      const { 'tls.key': key, ...half } = JSON.parse(text) as Record<string, string>;
      for (const said of [half, { 'tls.key': key }, { evercert: 'temporary', ...half, 'tls.key': key }, {}]) {
        const { signer, secret } = brought();
        await under.byHand.create({ name: secret, text: JSON.stringify(said) });
        expect(await under.open().pairs.read({ signer })).toBeUndefined();
      }
    });

    it.each(['no JSON but secret', '["secret"]', '{"tls.crt":"secret","tls.key":"secret"}'])(
      'that cannot be read are SIGNER_UNFIT, and nothing of them is told (%s)',
      async (text) => {
        const under = context();
        const { signer, secret } = brought();
        await under.byHand.create({ name: secret, text });
        const failed = await under
          .open()
          .pairs.read({ signer })
          .catch((error: unknown) => error);
        expect(failed).toEqual(code('SIGNER_UNFIT'));
        expect((failed as Error).message.replace('the secret', '')).not.toContain('secret');
      },
    );
  });
};
