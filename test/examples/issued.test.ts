// The examples of private issuers, deployed as they are and issued by the whole service: what their READMEs promise lies in
// the secrets. (`npm start` issues them on the local cloud.)

import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Sealed } from '#core/sealed.ts';
import { type World, world } from '#test/support/world.ts';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));

const textOf = (folder: string): string =>
  readdirSync(join(examples, folder))
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => readFileSync(join(examples, folder, name), 'utf8'))
    .join('\n---\n');

/** Sweeps until nothing more happens; a day of them at most. */
const settle = async (w: World): Promise<void> => {
  for (let sweeps = 0; sweeps < 20; sweeps++) {
    await w.tick();
    w.pass(300_000);
  }
};

const properties = (w: World, name: string): string[] =>
  Object.keys(w.current(name))
    .filter((property) => /^(tls|ca|key|keystore|truststore)/.test(property))
    .sort();

const leaf = (w: World, name: string): X509Certificate => new X509Certificate(w.current(name)['tls.crt']!);
const anchor = (w: World, name: string): X509Certificate => new X509Certificate(w.current(name)['ca.crt']!);

describe('examples/own-ca', () => {
  it('issues all from one deploy, each leaf below the root that its ca.crt names', async () => {
    const w = world();
    await w.deploy(textOf('own-ca'));
    await settle(w);
    const names = ['shop/checkout', 'shop/payments', 'shop/storefront-tls'];
    for (const name of [...names, 'team-a/api', 'team-a/team-ca']) {
      expect(properties(w, name)).toEqual(expect.arrayContaining(['ca.crt', 'tls.crt', 'tls.key']));
      expect(anchor(w, name).fingerprint256).toBe(leaf(w, 'cert-manager/root-ca').fingerprint256);
    }
    for (const name of names) expect(leaf(w, name).checkIssued(leaf(w, 'cert-manager/root-ca'))).toBe(true);
    expect(leaf(w, 'team-a/api').checkIssued(leaf(w, 'team-a/team-ca'))).toBe(true);
  });
});

describe('examples/private-ca', () => {
  it('issues the server with its keystores and formats, and the client', async () => {
    const w = world();
    for (const id of ['12345678-1234-1234-1234-123456789012', '87654321-4321-4321-4321-210987654321'])
      await w.privateCa.addCa({ id });
    for (const property of ['pkcs12', 'jks'])
      await w.secrets.references.create({
        name: 'evercert-refs/shop/keystore-passwords',
        property,
        value: new Sealed('a password'),
      });
    // The model's CAs lie in another Region.
    await w.deploy(textOf('private-ca').replaceAll('eu-central-1', 'us-east-1'));
    await settle(w);
    expect(properties(w, 'shop/orders')).toEqual([
      'ca.crt',
      'key.der',
      'keystore.jks',
      'keystore.p12',
      'tls-combined.pem',
      'tls.crt',
      'tls.key',
      'truststore.jks',
      'truststore.p12',
    ]);
    expect(properties(w, 'shop/checkout')).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
    expect(leaf(w, 'shop/checkout').keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  });
});
