// Every order that Pebble has taken, whoever asked: its log tells their ids, their account reads them. It must never open one.
import { readFileSync } from 'node:fs';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { createAcmeCa } from '#adapters/acme/acme-ca.ts';
import type { AcmeOrder } from '#core/acme/ports.ts';
import { Sealed } from '#core/sealed.ts';
import type { Cloud } from '#local/cloud/options.ts';
import { accountUrls } from './leftovers.ts';

/** All orders of the one account, whose key lies in `secret` under `tls.key`. */
export const allOrders = async (cloud: Cloud, secret: string): Promise<readonly AcmeOrder[]> => {
  const { SecretString = '{}' } = await cloud.directClients.secrets.send(
    new GetSecretValueCommand({ SecretId: secret }),
  );
  const { 'tls.key': key } = JSON.parse(SecretString) as Record<string, string>;
  const [accountUrl] = await accountUrls(cloud);
  const { directoryUrl, caPem, logFile } = cloud.pebble;
  const ca = createAcmeCa({ clock: { now: () => new Date() }, version: 'test', timeoutMs: 10_000 });
  const { orders } = ca.session({
    directoryUrl,
    caBundlePem: caPem,
    skipTlsVerify: false,
    accountKey: new Sealed(key!),
    accountUrl: accountUrl!,
  });
  const ids = [...readFileSync(logFile, 'utf8').matchAll(/Added order "([^"]+)" to the db/g)].map(([, id]) => id!);
  const found: AcmeOrder[] = [];
  for (const id of ids) found.push(await orders.read(new URL(`/my-order/${id}`, directoryUrl).href));
  return found;
};

/** Those for exactly these names. */
export const ordersFor = (orders: readonly AcmeOrder[], dnsNames: readonly string[]): readonly AcmeOrder[] =>
  orders.filter((order) => [...order.dnsNames].sort().join() === [...dnsNames].sort().join());
