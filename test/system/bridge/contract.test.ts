// The cluster's contract, on the real API server and the real operator: the fake passes the same suite in `npm test`.
import { afterAll, beforeAll } from 'vitest';
import type { ClusterStage } from '#test/contracts/cluster/stage.ts';
import { describeCluster } from '#test/contracts/cluster/suite.ts';
import { contractStage } from '#test/support/cluster/real-stage.ts';
import { type Stage, startStage } from '#test/support/cluster/stage.ts';

let real: Stage;
let stage: ClusterStage;
beforeAll(async () => {
  real = await startStage({ name: 'bridge-contract', namespaces: ['shop', 'pay'] });
  stage = await contractStage(real);
});
afterAll(() => real?.stop());

describeCluster('kube-apiserver and the External Secrets Operator', () => stage);
