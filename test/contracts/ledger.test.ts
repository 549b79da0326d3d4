// The ledger's contract, run on the fake and on the real parts.
import { afterAll, beforeAll } from 'vitest';
import { type Emulator, startMinistack, startMoto } from '#test/support/emulators.ts';
import { fakeLedger } from '#test/support/fake-ledger.ts';
import { ledgerPorts, type RealLedgers, readHistory, realLedgers } from '#test/support/real-ledger.ts';
import { describeLedger } from './ledger.ts';

describeLedger('fake', async () => {
  const ledger = fakeLedger();
  return { ...ledger, history: async (name) => ledger.history(name) };
});

const describeOn = (name: string, start: () => Promise<Emulator>, pace: { connections?: number } = {}): void => {
  let emulator: Emulator;
  let ledgers: RealLedgers;
  beforeAll(async () => {
    emulator = await start();
    ledgers = realLedgers(emulator.url, pace);
  });
  afterAll(async () => {
    await ledgers.close();
    await emulator.stop();
  });
  describeLedger(name, async () => {
    const table = await ledgers.open();
    return { ...ledgerPorts(table), history: (certificate) => readHistory(table, certificate) };
  });
};

describeOn('ministack', startMinistack);
// moto answers each request in a thread of its own, and two threads can both find a condition met: seen twice under load.
describeOn('moto', startMoto, { connections: 1 });
