// Renewal information and `replaces` on a real CA: Pebble, whose answers can be set.
import { X509Certificate } from 'node:crypto';
import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRenewalInformation } from '#adapters/acme/renewal-info.ts';
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import type { AcmeSession } from '#core/acme/ports.ts';
import { certId } from '#core/certificate/cert-id.ts';
import type { RenewalAnswer } from '#core/renewal/ports.ts';
import { issue } from '#test/support/acme/client-side.ts';
import { pebbleStage, type RealStage } from '#test/support/acme/real-stage.ts';

const NAMES = ['renewal.example.org'];
const DAY = 86_400_000;
let stage: RealStage;
let session: AcmeSession;
let leafPem: string;
let id: string;

const openSession = async (): Promise<AcmeSession> => {
  const accountKey = await nodeKeys.make({ algorithm: 'ECDSA', size: 256, encoding: 'PKCS8' });
  const accountUrl = await stage.ca.session({ ...stage.connection, accountKey }).accounts.register({});
  return stage.ca.session({ ...stage.connection, accountKey, accountUrl });
};

beforeAll(async () => {
  stage = await pebbleStage({});
  session = await openSession();
  const { order } = await issue(session, { dnsNames: NAMES, profile: 'classic' }, stage.putTxt);
  leafPem = (await session.certificates.download({ order })).chainPem.split(/(?<=-----END CERTIFICATE-----)/)[0]!;
  id = certId(new X509Certificate(leafPem))!;
}, 60_000);
afterAll(() => stage.stop());

const read = (certificate = id) => {
  const { directoryUrl, caBundlePem, skipTlsVerify } = stage.connection;
  const trust = { skipTlsVerify, ...(caBundlePem === undefined ? {} : { caBundlePem }) };
  const port = createRenewalInformation({ clock: { now: () => new Date() }, version: 'test', timeoutMs: 5_000 });
  return port.read({ directory: { url: directoryUrl, ...trust }, certId: certificate });
};

/** What Pebble is to answer for the leaf, as text. */
const setAnswer = (text: string) =>
  new Promise<number>((resolve, reject) => {
    const post = request(
      `${stage.managementUrl}/set-renewal-info/`,
      { method: 'POST', rejectUnauthorized: false, headers: { 'user-agent': 'test' } },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    post.on('error', reject);
    post.end(JSON.stringify({ Certificate: leafPem, ARIResponse: text }));
  });

describe('Pebble', () => {
  it('suggests a window around two thirds of the lifetime, and when to ask again', async () => {
    const { window, retryAfterMs } = (await read()) as RenewalAnswer;
    const { validFromDate, validToDate } = new X509Certificate(leafPem);
    const third = validFromDate.getTime() + ((validToDate.getTime() - validFromDate.getTime()) * 2) / 3;
    expect(Math.abs((window.start.getTime() + window.end.getTime()) / 2 - third)).toBeLessThan(DAY);
    expect(window.end > window.start).toBe(true);
    expect(retryAfterMs).toBe(21_600_000);
  });

  it('knows nothing of a certificate that it has not issued', async () => {
    await expect(read('aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE')).rejects.toMatchObject({ code: 'CA_REFUSED' });
  });

  it('gives a window in the past with its explanation, as it was set', async () => {
    const window = '{"start":"2026-01-01T00:00:00Z","end":"2026-01-02T00:00:00Z"}';
    const text = `{"suggestedWindow":${window},"explanationURL":"https://ca.example/why"}`;
    expect(await setAnswer(text)).toBe(200);
    expect(await read()).toMatchObject({
      window: { start: new Date('2026-01-01T00:00:00Z'), end: new Date('2026-01-02T00:00:00Z') },
      explanationUrl: 'https://ca.example/why',
    });
  });

  it.each([
    { what: 'garbage', text: 'no json at all' },
    { what: 'no window', text: '{"hello":"world"}' },
  ])('that answers $what is against the protocol', async ({ text }) => {
    expect(await setAnswer(text)).toBe(200);
    await expect(read()).rejects.toMatchObject({ code: 'CA_PROTOCOL' });
  });

  it('says back which certificate an order replaces, once; then the order is opened without', async () => {
    const request = { dnsNames: NAMES, profile: 'classic', replaces: id };
    const { order } = await issue(session, request, stage.putTxt);
    expect(order.replaces).toBe(id);
    const again = await session.orders.open(request);
    expect(again.url).not.toBe(order.url);
    expect(again.replaces).toBeUndefined();
  });

  it('takes no `replaces` from another account; the order is opened without', async () => {
    const other = await openSession();
    const order = await other.orders.open({ dnsNames: NAMES, profile: 'classic', replaces: id });
    expect(order.replaces).toBeUndefined();
  });
});
