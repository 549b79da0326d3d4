// A row that another version of Evercert has written in another shape: it is left alone, and holds nobody up.
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowKey, targetKey } from '#core/ledger-format.ts';
import { type Emulator, startMinistack } from '#test/support/emulators.ts';
import { ledgerPorts, type RealLedgers, realLedgers } from '#test/support/real-ledger.ts';
import { minute } from './ledger/story.ts';

let emulator: Emulator;
let ledgers: RealLedgers;
beforeAll(async () => {
  emulator = await startMinistack();
  ledgers = realLedgers(emulator.url);
});
afterAll(async () => {
  await ledgers.close();
  await emulator.stop();
});

describe('a row of another schema', () => {
  it('is not claimed, and keeps its lease and fence as they are', async () => {
    const table = await ledgers.open();
    const item = { ...rowKey('shop/web'), schema: 2, name: 'shop/web', uid: 'u', run: 1, fence: 7, generation: 1 };
    await table.client.send(new PutCommand({ TableName: table.tableName, Item: item }));
    const { claimedRows, circuits, limits } = ledgerPorts(table);
    const request = { name: 'shop/web', uid: 'u', run: 1, now: minute(0), leaseUntil: minute(4) };
    expect(await claimedRows.claim(request)).toBe('gone');
    const seen = await ledgerPorts(table)
      .rowReader.read('shop/web')
      .catch((error: unknown) => String(error));
    expect(seen).toContain('schema 2, this version reads 1');
    expect(await circuits.look()).toEqual([]);
    expect(await limits.take({ takes: [{ bucket: { id: 'a', words: 'a' }, tokens: 1 }], now: minute(0) })).toEqual({
      kind: 'taken',
    });
  });
});

describe('a delivery target of another schema', () => {
  it('is neither read nor aimed at, and stays as it is', async () => {
    const table = await ledgers.open();
    const target = {
      ...{ certificate: 'shop/web', cluster: 'blue', namespace: 'shop' },
      ...{ secret: 'web-tls', kind: 'ExternalSecret' as const },
    };
    const wanted = { revision: 1, versionId: 'v1', fingerprint: 'f1', since: minute(0).toISOString() };
    const item = { ...targetKey(target), schema: 2, target, wanted, edit: 1, bumps: 0 };
    await table.client.send(new PutCommand({ TableName: table.tableName, Item: item }));
    const { deliveryAims, deliveries } = ledgerPorts(table);
    const words = /schema 2, this version reads 1/;
    await expect(deliveries.read(target)).rejects.toThrow(words);
    await expect(deliveryAims.ofCertificate('shop/web')).rejects.toThrow(words);
    const newer = { target, wanted: { ...wanted, revision: 2 }, tryAt: minute(1).toISOString() };
    await expect(deliveryAims.aim(newer)).rejects.toThrow(words);
    const { Item } = await table.client.send(new GetCommand({ TableName: table.tableName, Key: targetKey(target) }));
    expect(Item).toEqual(item);
  });
});
