// Runs the contract of the Private CA port on the model in memory and on moto, also through the local cloud's gateway.
import { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { acmPca } from '#adapters/acm-pca/private-ca.ts';
import { LOCAL_REGION } from '#local/cloud/clients.ts';
import { makeRootCa } from '#local/cloud/private-cas.ts';
import { ZoneData } from '#local/dns/zone-data.ts';
import { startGateway } from '#local/gateway/gateway.ts';
import { type Emulator, emulatorCredentials, startMoto } from '#test/support/emulators.ts';
import { FakePrivateCa } from '#test/support/fake-private-ca.ts';
import { describePrivateCa, type PrivateCaUnderTest } from './private-ca.ts';

const timer = { sleep: async () => undefined };

describePrivateCa('the model in memory', async () => {
  const clock = { now: () => new Date('2026-11-25T12:00:00.500Z') };
  const { model, port } = new FakePrivateCa({ clock, timer });
  const ca = await model.addCa({ parent: await model.addCa() });
  return {
    port,
    access: { arn: ca.arn, region: 'us-east-1' },
    signingAlgorithm: 'SHA256WITHECDSA',
    now: clock.now,
    asAws: true,
    close: async () => undefined,
  };
});

const onServer = async (server: Emulator): Promise<PrivateCaUnderTest> => {
  const client = new ACMPCAClient({ endpoint: server.url, ...emulatorCredentials, maxAttempts: 1 });
  const { arn } = await makeRootCa(server.url, 'Contract');
  return {
    port: acmPca({ clientFor: async () => client, timer }),
    access: { arn, region: LOCAL_REGION },
    signingAlgorithm: 'SHA256WITHRSA',
    now: () => new Date(),
    asAws: false,
    close: async () => {
      client.destroy();
      await server.stop();
    },
  };
};

describePrivateCa('moto', async () => onServer(await startMoto()));

describePrivateCa('moto behind the gateway', async () => {
  const moto = await startMoto();
  const gateway = await startGateway({ upstream: 'http://127.0.0.1:9', dns: new ZoneData() });
  gateway.sendTo('acm-pca', moto.url);
  const stop = async () => {
    await gateway.stop();
    await moto.stop();
  };
  return onServer({ url: gateway.endpoint, stop });
});
