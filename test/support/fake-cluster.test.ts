// The cluster's contract, on the fake: the real parts pass the same suite in test/system.
import { describeCluster } from '#test/contracts/cluster/suite.ts';
import { fakeStage } from './cluster/fake-stage.ts';

const stage = fakeStage();
describeCluster('fake', () => stage);
