// The doors of the dashboard's two functions on a real table: what is shown, and what a button does to the row.
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Emulator, startMinistack } from '#test/support/emulators.ts';
import { readMarkup } from '#test/support/markup.ts';
import { ledgerPorts, type RealLedgers, realLedgers } from '#test/support/real-ledger.ts';
import { currentWith, day } from '#test/support/view.ts';
import { bookNext, claim, declare, failed, minute } from './ledger/story.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:widget';
const context = {
  getRemainingTimeInMillis: () => 40_000,
  invokedFunctionArn: ARN,
  awsRequestId: 'request-1',
} as unknown as Context;

let emulator: Emulator;
let ledgers: RealLedgers;
beforeAll(async () => {
  emulator = await startMinistack();
  ledgers = realLedgers(emulator.url);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await ledgers.close();
  await emulator.stop();
});

/** A table with one certificate that fails, and the environment of a function that reads it. */
const deployed = async () => {
  const table = await ledgers.open();
  const ledger = ledgerPorts(table);
  await declare(ledger, 'shop/web');
  await bookNext(ledger, minute(0));
  const row = await claim(ledger, { name: 'shop/web', run: 1 });
  if (typeof row === 'string') throw new Error(row);
  const progress = { ...failed, current: currentWith(5_000), renewAt: day(4_900) };
  await ledger.claimedRows.release({ row, progress, timers: { startAt: day(4_900) } });
  const settings = { tableName: table.tableName, eventBusName: 'b', actFunctionArn: 'arn:act', dashboardActions: true };
  vi.stubEnv('EVERCERT_SETTINGS', JSON.stringify(settings));
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', emulator.url);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  return ledger;
};

it('the widget shows what fails, its own popup shows the certificate, and a press marks the row', async () => {
  const ledger = await deployed();
  const [{ handler: widget }, { handler: act }] = await Promise.all([
    import('../../lambdas/widget.ts'),
    import('../../lambdas/act.ts'),
  ]);
  const fleet = readMarkup(String(await widget({ widgetContext: { theme: 'dark' } }, context)));
  expect(fleet.text).toContain('shop/web');
  expect(fleet.text).toContain('DNS_NO_ZONE');
  const called = fleet.tags.filter(({ name }) => name === 'cwdb-action').map(({ attributes }) => attributes.endpoint);
  expect(called).toEqual([ARN, 'arn:act']);
  const detail = readMarkup(String(await widget({ certificate: 'shop/web', widgetContext: {} }, context)));
  expect(detail.text).toContain('evercert/shop/web');
  expect(await widget({ describe: true }, context)).toHaveProperty('markdown');
  const pressed = await act({ action: 'renew', certificate: 'shop/web', widgetContext: {} }, context);
  expect(readMarkup(pressed).text).toContain('shop/web: asked for');
  expect((await ledger.rowReader.read('shop/web'))?.renewRequestedAt).toMatch(/^\d{4}-/);
});
