// What is loaded only when ACM Private CA is to be asked. One door for a dynamic import: of the package itself it would
// drag the whole client into what is loaded at start.
export { ACMPCAClient } from '@aws-sdk/client-acm-pca';
export { acmPca } from './private-ca.ts';
