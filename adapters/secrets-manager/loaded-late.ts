// What the sweep loads only when a secret is to be looked at. One door for a dynamic import: of the package itself it
// would drag the whole client into what is loaded at start.
export { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
export { secretsManagerSharing } from './kept-shared.ts';
export { secretsManagerLook } from './secret-look.ts';
