// What the sweep loads only when a cluster is to be woken. One door for a dynamic import: of the package itself it would drag
// the whole client into what is loaded at start.
export { EventBridgeClient } from '@aws-sdk/client-eventbridge';
export { eventBridgeBus } from '../eventbridge-bus.ts';
