// A program that starts a stage of real parts, tells as one JSON line how to see them, and then waits to be killed. It must
// never stop them itself: that is what the test is about.
import { stopAll } from '#local/parts/process.ts';
import { startStage } from './stage.ts';

const stage = await startStage({ name: 'bridge-parent', namespaces: [] });
process.once('SIGTERM', () => {
  void stopAll().then(() => process.exit(0));
});
const { server, operator } = stage.cluster;
console.log(JSON.stringify({ urls: [stage.awsEndpoint, server.endpoint], operator: operator.pid }));
setInterval(() => undefined, 60_000);
