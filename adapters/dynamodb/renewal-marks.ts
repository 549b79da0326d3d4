// RenewalMarks on DynamoDB: one attribute that nobody else writes. It must never know why somebody wants a new certificate.
import { instant } from '#core/ledger-format.ts';
import type { RenewalMarks } from '#core/renewal/ports.ts';
import type { LedgerTable } from './table.ts';
import { changeAndWake } from './wake.ts';

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. Repeating a mark is one more mark. */
export const dynamodbRenewalMarks = (table: LedgerTable): RenewalMarks => ({
  request: ({ name, now }) =>
    changeAndWake(table, {
      name,
      fields: { renewRequestedAt: instant(now) },
      when: 'attribute_exists(#uid) AND attribute_not_exists(#retiredAt)',
      values: {},
      now,
      isMoot: (item) => item?.uid === undefined || item.retiredAt !== undefined,
      doing: 'marked',
    }),
});
