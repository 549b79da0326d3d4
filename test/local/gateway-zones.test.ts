// The way of a Route53 change through the gateway into the DNS.
import { GetChangeCommand } from '@aws-sdk/client-route-53';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batch, gatewayStage, one, type Stage, txt } from '#test/support/gateway-stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await gatewayStage();
});
afterEach(() => stage.stop());

describe('the way of a change into DNS', () => {
  it('shows an accepted change in DNS before its call returns, and says INSYNC', async () => {
    const client = stage.route53();
    const { ChangeInfo } = await client.send(batch([['UPSERT', one('_acme-challenge.example.com', 'token')]]));
    expect(ChangeInfo?.Status).toBe('PENDING');
    expect(stage.inDns('_acme-challenge.example.com')).toEqual(['token']);
    const change = await client.send(new GetChangeCommand({ Id: ChangeInfo?.Id }));
    expect(change.ChangeInfo).toMatchObject({ Id: ChangeInfo?.Id, Status: 'INSYNC' });
    await client.send(batch([['DELETE', one('_acme-challenge.example.com', 'token')]]));
    expect(stage.inDns('_acme-challenge.example.com')).toEqual([]);
  });

  it('shows a change and says INSYNC only after insyncAfterMs, in the order of the changes', async () => {
    const client = stage.route53();
    stage.gateway.settings.insyncAfterMs = 300;
    const first = await client.send(batch([['UPSERT', txt('slow.example.com', '"first"')]]));
    stage.gateway.settings.insyncAfterMs = 0;
    const second = await client.send(batch([['UPSERT', txt('slow.example.com', '"second"')]]));
    const status = async (id: string | undefined) =>
      (await client.send(new GetChangeCommand({ Id: id }))).ChangeInfo?.Status;
    expect([await status(first.ChangeInfo?.Id), await status(second.ChangeInfo?.Id)]).toEqual(['PENDING', 'PENDING']);
    expect(stage.inDns('slow.example.com')).toEqual([]);
    await expect.poll(() => stage.inDns('slow.example.com')).toEqual(['second']);
    expect([await status(first.ChangeInfo?.Id), await status(second.ChangeInfo?.Id)]).toEqual(['INSYNC', 'INSYNC']);
  });

  it('judges a change by what went before, also while DNS does not show it yet', async () => {
    stage.gateway.settings.insyncAfterMs = 60_000;
    const client = stage.route53();
    await client.send(batch([['CREATE', txt('slow.example.com', '"first"')]]));
    await expect(client.send(batch([['CREATE', txt('slow.example.com', '"first"')]]))).rejects.toMatchObject({
      name: 'InvalidChangeBatch',
    });
  });

  it('never shows a private zone', async () => {
    await stage.route53().send(batch([['UPSERT', txt('a.inside.com', '"v"')]], 'ZP'));
    await stage.gateway.reload();
    expect(stage.dns.zoneIds()).toEqual(['Z1']);
  });

  it('reads all zones anew on reload, and drops those that are gone', async () => {
    stage.dns.putZone({ id: 'ZOLD', name: 'old.com', recordSets: [] });
    await stage.gateway.reload();
    expect(stage.dns.zoneIds()).toEqual(['Z1']);
    expect(stage.inDns('plain.example.com')).toEqual(['plain']);
  });

  it('sends changes of one zone one after the other, so that only one of two equal creates wins', async () => {
    const client = stage.route53();
    const results = await Promise.allSettled(
      [1, 2, 3].map(() => client.send(batch([['CREATE', txt('race.example.com', '"v"')]]))),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  });
});
