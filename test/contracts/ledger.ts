// The contract of the ledger: the same suite for the table and for its fake.
import { describe } from 'vitest';
import { describeAccountBook, describeTxtBook } from './ledger/books.ts';
import { describeCircuits, describeLimits, describeSweepTurn } from './ledger/bounds.ts';
import { describeClaimedRows } from './ledger/claimed-rows.ts';
import { describeDeliveries } from './ledger/deliveries.ts';
import { describeDependents } from './ledger/dependents.ts';
import { describeGuards } from './ledger/guards.ts';
import { describeLives } from './ledger/lives.ts';
import { describeRenewalMarks } from './ledger/renewal-marks.ts';
import type { OpenLedger } from './ledger/story.ts';
import {
  describeCatalogueState,
  describeDeclaredRows,
  describeDueRows,
  describeFleetCounts,
  describeRowReader,
} from './ledger/swept-rows.ts';
import { describeTotals } from './ledger/totals.ts';
import { describeViews } from './ledger/views.ts';
import { describeWatchedRows } from './ledger/watched-rows.ts';

/** Runs every port's contract; `open` gives an empty ledger for each test. */
export const describeLedger = (name: string, open: OpenLedger): void => {
  describe(`the ledger: ${name}`, () => {
    describeClaimedRows(open);
    describeDueRows(open);
    describeWatchedRows(open);
    describeRenewalMarks(open);
    describeDependents(open);
    describeDeclaredRows(open);
    describeRowReader(open);
    describeFleetCounts(open);
    describeCatalogueState(open);
    describeTxtBook(open);
    describeAccountBook(open);
    describeLimits(open);
    describeCircuits(open);
    describeSweepTurn(open);
    describeDeliveries(open);
    describeLives(open);
    describeGuards(open);
    describeTotals(open);
    describeViews(open);
  });
};
