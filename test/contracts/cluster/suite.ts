// The contract of a cluster with its operator, as deliveries rely on it: the same suite for the real API server with the
// real operator and for the fake. It must never rely on how fast either is.
import { describe } from 'vitest';
import { describeCopies } from './copies.ts';
import { describeFaults } from './faults.ts';
import { describeReading } from './reading.ts';
import type { OnStage } from './stage.ts';
import { describeSyncing } from './syncing.ts';

/** Runs the contract on one stage; a ClusterSecretStore `evercert` stands on it. */
export const describeCluster = (name: string, on: OnStage): void => {
  describe(`a cluster: ${name}`, () => {
    describeReading(on);
    describeSyncing(on);
    describeFaults(on);
    describeCopies(on);
  });
};
