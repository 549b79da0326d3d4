// The handover of a Secret from cert-manager, on the real API server and operator: who owns what, who must stop first, and
// the way back. docs/from-cert-manager.md says the same as instructions. It must never run cert-manager: it writes as that does.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CERT_MANAGER_ANNOTATIONS,
  CERT_MANAGER_LABELS,
  CERTIFICATE_OWNER,
  certManagerWrites,
} from '#test/support/cluster/cert-manager.ts';
import { type Issued, issue } from '#test/support/cluster/issued.ts';
import { clusterStore, externalSecret } from '#test/support/cluster/manifests.ts';
import { type Place, type Stage, startStage } from '#test/support/cluster/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage({ name: 'bridge-cert-manager', namespaces: ['shop'] });
  await stage.apply(clusterStore());
});
afterAll(() => stage?.stop());

let made = 0;
/** A Secret of cert-manager's, and one of ours waiting in Secrets Manager. */
const handover = async (options: {
  readonly ours?: 'adopted' | 'new';
  readonly ownerReferences?: readonly object[];
  readonly withCa?: boolean;
}): Promise<{ at: Place; key: string; theirs: Issued; ours: Issued }> => {
  const at = { namespace: 'shop', name: `web-${++made}` };
  const key = `evercert/shop/${at.name}`;
  const theirs = await issue('web.example.com');
  const ours = options.ours === 'adopted' ? theirs : await issue('web.example.com');
  await certManagerWrites(stage.admin, at, theirs, options);
  await stage.put(key, ours);
  return { at, key, theirs, ours };
};

const takeOver = (at: Place, key: string, creationPolicy: 'Owner' | 'Merge' | 'Orphan'): Promise<void> =>
  stage.apply(externalSecret({ ...at, key }, { target: { creationPolicy } }));

const stateOf = (at: Place) => stage.adminApi.externalSecret({ kind: 'ExternalSecret', ...at });
const readyOf = async (at: Place) => (await stateOf(at))?.ready?.status;
const ownersOf = async (at: Place): Promise<string[]> =>
  ((await stage.secretIn(at))?.metadata.ownerReferences ?? []).map(
    ({ kind, name }: { kind: string; name: string }) => `${kind}/${name}`,
  );
const remove = (at: Place) =>
  stage.admin({
    method: 'DELETE',
    path: `/apis/external-secrets.io/v1/namespaces/${at.namespace}/externalsecrets/${at.name}`,
  });

describe('creationPolicy Owner', () => {
  it("takes the Secret over under its name: cert-manager's labels and annotations stay, the ExternalSecret becomes its owner, keys that the template does not have go", async () => {
    const { at, key, ours } = await handover({});
    await takeOver(at, key, 'Owner');
    const secret = await stage.arrives(at, ours);
    expect(secret.type).toBe('kubernetes.io/tls');
    expect(Object.keys(secret.data)).toEqual(['tls.crt', 'tls.key']);
    expect(secret.metadata.labels).toMatchObject(CERT_MANAGER_LABELS);
    expect(secret.metadata.annotations).toMatchObject(CERT_MANAGER_ANNOTATIONS);
    expect(await ownersOf(at)).toEqual([`ExternalSecret/${at.name}`]);
  });

  it('is refused where cert-manager runs with --enable-certificate-owner-ref: a Secret has one controller, and its data stays as it was', async () => {
    const { at, key, theirs } = await handover({ ownerReferences: [CERTIFICATE_OWNER] });
    await takeOver(at, key, 'Owner');
    await expect.poll(() => readyOf(at), { timeout: 20_000 }).toBe('False');
    const state = await stateOf(at);
    expect(state?.ready?.message).toBe('failed to take ownership of target secret');
    expect(state?.lastError).toContain('is already owned by another Certificate controller web');
    expect((await stage.secretIn(at))?.data['tls.crt']).toBe(theirs.chainPem);
    expect(await ownersOf(at)).toEqual(['Certificate/web']);
  });

  it('takes it once that owner reference is taken off, which also keeps the Secret when the Certificate is deleted', async () => {
    const { at, key, ours } = await handover({ ownerReferences: [CERTIFICATE_OWNER] });
    await takeOver(at, key, 'Owner');
    await expect.poll(() => readyOf(at), { timeout: 20_000 }).toBe('False');
    await stage.admin({
      method: 'PATCH',
      path: `/api/v1/namespaces/shop/secrets/${at.name}`,
      body: { metadata: { ownerReferences: null } },
      type: 'application/merge-patch+json',
    });
    await stage.bump(at, 'after');
    await stage.arrives(at, ours);
    expect(await ownersOf(at)).toEqual([`ExternalSecret/${at.name}`]);
  });
});

describe('creationPolicy Merge', () => {
  it("writes its keys and owns nothing: the Certificate stays the owner, cert-manager's other keys stay", async () => {
    const { at, key, ours } = await handover({ ownerReferences: [CERTIFICATE_OWNER] });
    await takeOver(at, key, 'Merge');
    const secret = await stage.arrives(at, ours);
    expect(Object.keys(secret.data).sort()).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
    expect(await ownersOf(at)).toEqual(['Certificate/web']);
  });
});

describe('what was adopted by `evercert import`', () => {
  it("is the same pair, so that the take-over changes no byte of the Secret's data, and cert-manager finds nothing to do", async () => {
    const { at, key } = await handover({ ours: 'adopted', withCa: false });
    const before = await stage.secretIn(at);
    await takeOver(at, key, 'Owner');
    await expect.poll(() => readyOf(at), { timeout: 20_000 }).toBe('True');
    const after = await stage.secretIn(at);
    expect(after?.data).toEqual(before?.data);
    expect(after?.metadata.annotations).toMatchObject(CERT_MANAGER_ANNOTATIONS);
  });
});

describe('who must stop first', () => {
  it.each(['Owner', 'Merge'] as const)(
    'is cert-manager: under %s whatever it writes is undone at once by one read each, so that two writers would go on for ever',
    async (policy) => {
      const { at, key, theirs, ours } = await handover({});
      await takeOver(at, key, policy);
      await stage.arrives(at, ours);
      for (let round = 0; round < 3; round++) {
        const seen = stage.relay.calls.get(key) ?? 0;
        expect(await certManagerWrites(stage.admin, at, theirs)).toBe(200);
        await expect.poll(() => stage.relay.calls.get(key), { timeout: 10_000 }).toBeGreaterThan(seen);
        await stage.arrives(at, ours);
      }
    },
  );

  it('shows under Orphan: what cert-manager writes stays until the next bump, while the ExternalSecret says Ready', async () => {
    const { at, key, theirs, ours } = await handover({});
    await takeOver(at, key, 'Orphan');
    await stage.arrives(at, ours);
    await certManagerWrites(stage.admin, at, theirs);
    expect(await readyOf(at)).toBe('True');
    await stage.arrives(at, theirs);
    await stage.bump(at, 'again');
    await stage.arrives(at, ours);
  });
});

describe('the way back', () => {
  it('begins with creationPolicy Orphan, which takes the owner reference off; then the ExternalSecret goes and the Secret stays', async () => {
    const { at, key, theirs, ours } = await handover({});
    await takeOver(at, key, 'Owner');
    await stage.arrives(at, ours);
    await takeOver(at, key, 'Orphan');
    await expect.poll(() => ownersOf(at), { timeout: 10_000 }).toEqual([]);
    expect((await remove(at)).status).toBe(200);
    await expect.poll(() => stateOf(at), { timeout: 10_000 }).toBeUndefined();
    expect((await stage.secretIn(at))?.data['tls.crt']).toBe(ours.chainPem);

    expect(await certManagerWrites(stage.admin, at, theirs)).toBe(200);
    const back = await stage.secretIn(at);
    expect(back?.data['tls.crt']).toBe(theirs.chainPem);
    expect(back?.metadata.annotations).toMatchObject(CERT_MANAGER_ANNOTATIONS);
  });

  it('would end in an outage where the ExternalSecret is deleted under Owner: it owns the Secret, and the garbage collector takes both', async () => {
    const { at, key, ours } = await handover({});
    await takeOver(at, key, 'Owner');
    const { metadata } = await stage.arrives(at, ours);
    expect(metadata.ownerReferences).toMatchObject([
      { kind: 'ExternalSecret', name: at.name, controller: true, blockOwnerDeletion: true },
    ]);
  });
});
