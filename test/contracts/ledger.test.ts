// The ledger's contract, run on the fake and on the real parts.
import { afterAll } from 'vitest';
import { fakeLedger } from '#test/support/fake-ledger.ts';
import { ledgerPorts, readHistory, realLedgers } from '#test/support/real-ledger.ts';
import { describeLedger } from './ledger.ts';

describeLedger('fake', async () => {
  const ledger = fakeLedger();
  return { ...ledger, history: async (name) => ledger.history(name) };
});

for (const [name, endpoint] of Object.entries({
  ministack: 'http://127.0.0.1:24566',
  moto: 'http://127.0.0.1:24567',
})) {
  const ledgers = realLedgers(endpoint);
  afterAll(() => ledgers.close());
  describeLedger(name, async () => {
    const table = await ledgers.open();
    return { ...ledgerPorts(table), history: (certificate) => readHistory(table, certificate) };
  });
}
