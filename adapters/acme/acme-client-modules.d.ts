// What we use of acme-client's own files (5.4.0): it has no exports map and its index also loads node-forge, so we
// import the files themselves, and say here what they hold. No code, no more than is called.

declare module 'acme-client/src/client.js' {
  import type { Buffer } from 'node:buffer';

  /** The JSON of RFC 8555 objects, as the server sent it plus `url`. */
  type Resource = Record<string, unknown>;

  class AcmeClient {
    constructor(options: {
      directoryUrl: string;
      accountKey: string;
      accountUrl?: string;
      externalAccountBinding?: { kid: string; hmacKey: string };
    });
    getTermsOfServiceUrl(): Promise<string | null>;
    getAccountUrl(): string;
    createAccount(data: {
      termsOfServiceAgreed?: boolean;
      contact?: string[];
      onlyReturnExisting?: boolean;
    }): Promise<unknown>;
    updateAccount(data: { contact: string[] }): Promise<unknown>;
    updateAccountKey(newAccountKey: string): Promise<unknown>;
    createOrder(data: {
      identifiers: { type: 'dns'; value: string }[];
      profile?: string;
      replaces?: string;
      notAfter?: string;
    }): Promise<Resource>;
    getOrder(order: { url: string }): Promise<Resource>;
    finalizeOrder(order: { url: string; finalize: string }, csrPem: Buffer): Promise<Resource>;
    getAuthorizations(order: { authorizations: string[] }): Promise<Resource[]>;
    deactivateAuthorization(authorization: { url: string }): Promise<unknown>;
    getChallengeKeyAuthorization(challenge: { type: string; token: string }): Promise<string>;
    completeChallenge(challenge: { url: string }): Promise<unknown>;
    getCertificate(order: { status: 'valid'; certificate: string }): Promise<string>;
  }
  export default AcmeClient;
}

declare module 'acme-client/src/axios.js' {
  import type { AxiosInstance } from 'axios';

  const instance: AxiosInstance;
  export default instance;
}

declare module 'acme-client/src/crypto/index.js' {
  import type { Buffer } from 'node:buffer';

  const acmeCrypto: {
    createCsr(
      data: { commonName?: string; altNames: string[] },
      pkcs8Pem: string | Buffer,
    ): Promise<[key: Buffer, csrPem: Buffer]>;
  };
  export default acmeCrypto;
}

/** The very file that acme-client's `require('axios')` finds: one copy in memory and in the bundle. */
declare module 'axios/dist/node/axios.cjs' {
  import axios from 'axios';
  export default axios;
}
