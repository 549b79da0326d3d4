// The whole way from a stored version to the Kubernetes Secret, through sync, on real parts: renewals, their times, and
// two hundred at once. It must never be asked how fast it must be: the times are printed, the benchmark judges them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isDelivered } from '#core/bridge/model.ts';
import { inPool } from '#core/bridge/pool.ts';
import { type Bridge, bridgeOn, secretNameOf } from '#test/support/cluster/bridge.ts';
import { type Issued, issue } from '#test/support/cluster/issued.ts';
import { shipped } from '#test/support/cluster/shipped.ts';
import { type Stage, startStage } from '#test/support/cluster/stage.ts';

const RENEWALS = 60;
const MANY = 200;

let stage: Stage;
let bridge: Bridge;

const placed = (certificate: string) => {
  const [namespace = '', name = ''] = certificate.split('/');
  return { namespace, name: `${name}-tls` };
};

/** Declared, in Secrets Manager, with the shipped manifests, and delivered by the operator's own first look. */
const begun = async (certificates: readonly string[]): Promise<void> => {
  const manifests = shipped(Object.fromEntries(certificates.map((name) => [name, {}])));
  await inPool(8, certificates, async (certificate) => {
    await bridge.declare(certificate);
    await stage.put(secretNameOf(certificate), await issue('first.example.com'));
  });
  const [first, rest] = [manifests.filter(({ kind }) => kind === 'ClusterSecretStore'), manifests];
  await stage.apply(...first);
  await inPool(8, rest, (manifest) => stage.apply(manifest));
  for (const certificate of certificates) {
    const { namespace, name } = placed(certificate);
    await stage.appears({ namespace, name });
    await stage.appears({ namespace, name: `${name}-public` });
  }
};

beforeAll(async () => {
  stage = await startStage({ name: 'bridge-way', namespaces: ['shop', 'many'] });
  bridge = bridgeOn(stage);
});
afterAll(() => stage?.stop());

const share = (sorted: readonly number[], part: number): number =>
  Math.round(sorted[Math.ceil(sorted.length * part) - 1]!);
const printed = (what: string, times: readonly number[]): void => {
  const sorted = times.toSorted((a, b) => a - b);
  console.log(`${what}: p50 ${share(sorted, 0.5)} ms, p95 ${share(sorted, 0.95)} ms, most ${share(sorted, 1)} ms`);
};

/** Calls of Secrets Manager for one secret, so far. */
const calls = (certificate: string): number => stage.relay.calls.get(secretNameOf(certificate)) ?? 0;
const passed = (events: readonly { detailType: string }[]): readonly string[] =>
  events.map(({ detailType }) => detailType);

describe('one certificate', () => {
  const NAME = 'shop/web';

  it(`is renewed ${RENEWALS} times: each version reaches the Secret and is proven, with one or two reads an ExternalSecret`, async () => {
    await begun([NAME]);
    const [inSecret, proven]: [number[], number[]] = [[], []];
    for (let round = 0; round < RENEWALS; round++) {
      const before = calls(NAME);
      const issued = await bridge.issue(NAME);
      const since = performance.now();
      const arrived = stage.arrives(placed(NAME), issued).then((secret) => {
        inSecret.push(performance.now() - since);
        return secret;
      });
      const report = await bridge.sync({ certificates: [NAME] });
      proven.push(report.slowestMs ?? Number.NaN);
      expect(report).toMatchObject({ delivered: 1, lagging: 0, unfinished: [] });
      expect((await arrived).data).toEqual({ 'tls.crt': issued.chainPem, 'tls.key': issued.key.open() });
      const { confirmed, failure, tryAt } = bridge.target(NAME);
      expect({ held: confirmed?.versionId, fingerprint: confirmed?.fingerprint, failure, tryAt }).toEqual({
        held: issued.versionId,
        fingerprint: issued.fingerprint,
        failure: undefined,
        tryAt: undefined,
      });
      expect(calls(NAME) - before).toBeGreaterThanOrEqual(2);
      expect(calls(NAME) - before).toBeLessThanOrEqual(4);
    }
    printed('from AWSCURRENT to the Kubernetes Secret', inSecret);
    printed('from AWSCURRENT to the proof', proven);
    const told = bridge.bus.published();
    expect(passed(told)).toEqual(Array(RENEWALS).fill('Evercert Certificate Delivered'));
    expect(new Set(told.map(({ detail }) => detail.id)).size).toBe(RENEWALS);
  }, 120_000);

  it('asks neither the cluster nor Secrets Manager once all is delivered', async () => {
    const before = calls(NAME);
    const refuse = () => Promise.reject(new Error('the cluster was asked'));
    expect(await bridge.sync({ certificates: [NAME], wake: true }, refuse)).toMatchObject({ delivered: 0, lagging: 0 });
    expect(calls(NAME)).toBe(before);
  });

  it('is made anew by the operator where its Secret is deleted or changed by hand, without a word of ours', async () => {
    const issued = await bridge.issue(NAME);
    await bridge.sync({ certificates: [NAME] });
    const at = placed(NAME);
    const path = `/api/v1/namespaces/${at.namespace}/secrets/${at.name}`;
    await stage.admin({ method: 'DELETE', path });
    await stage.arrives(at, issued);
    const before = calls(NAME);
    const body = { data: { 'tls.crt': Buffer.from('not a certificate').toString('base64') } };
    await stage.admin({ method: 'PATCH', path, body, type: 'application/merge-patch+json' });
    await stage.arrives(at, issued);
    expect(calls(NAME) - before).toBe(1);
  });

  it('is proven by what the cluster holds: a companion that was changed by hand, and its annotation, prove nothing', async () => {
    const issued = await bridge.issue(NAME);
    const { namespace, name } = placed(NAME);
    // Whoever may write annotations could write this one.
    await stage.bump({ namespace, name: `${name}-public` }, `${issued.versionId}.1`);
    expect(bridge.target(NAME).confirmed?.versionId).not.toBe(issued.versionId);
    expect(await bridge.sync({ certificates: [NAME] })).toMatchObject({ delivered: 1 });
    // The value stood there: the next number was written.
    expect(bridge.target(NAME)).toMatchObject({ bumps: 2, confirmed: { versionId: issued.versionId } });
  });
});

describe('many certificates', () => {
  it(`of one cluster, ${MANY} at once, are delivered by one invocation, or those for which the operator was too slow by the next`, async () => {
    const names = Array.from({ length: MANY }, (_, i) => `many/c${i}`);
    await begun(names);
    const issued = new Map<string, Issued>();
    const before = new Map(names.map((name) => [name, calls(name)]));
    for (const name of names) issued.set(name, await bridge.issue(name));
    const since = performance.now();
    const report = await bridge.sync({ wake: true });
    const took = ((performance.now() - since) / 1000).toFixed(1);
    expect(report.delivered + report.lagging).toBe(MANY);
    const slow = names
      .filter((name) => !isDelivered(bridge.target(name)))
      .map((name) => bridge.target(name).failure?.code);
    console.log(
      `${MANY} certificates through sync: ${took} s, ${slow.length} of them later (${[...new Set(slow)].join()})`,
    );
    // Where the operator is slower than sync is patient, the target is due again.
    expect(await bridge.again()).toMatchObject({ delivered: report.lagging, lagging: 0 });
    for (const name of names) {
      const delivery = bridge.target(name);
      expect(isDelivered(delivery)).toBe(true);
      expect(delivery.confirmed?.fingerprint).toBe(issued.get(name)?.fingerprint);
      expect((await stage.secretIn(placed(name)))?.data['tls.crt']).toBe(issued.get(name)?.chainPem);
      expect(calls(name) - before.get(name)!).toBeLessThanOrEqual(4);
    }
  }, 180_000);
});
