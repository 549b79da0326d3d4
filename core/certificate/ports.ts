// The roles around keys and X.509 that need a library: keys and requests, signing certificates ourselves, and packing keystores. Passed in, as all
// ports are; it must never know which library plays them.
import type { PrivateKeySpec } from '../declaration/model.ts';
import type { RandomBytes } from '../ports.ts';
import type { Sealed } from '../sealed.ts';
import type { CertificateContent } from './content.ts';

export interface KeyMaker {
  /** A new private key in the declared PEM encoding; never blocks the event loop for long. */
  make(spec: Pick<PrivateKeySpec, 'algorithm' | 'size' | 'encoding'>): Promise<Sealed<string>>;
  /** PKCS#10 request (DER, RFC 2986) for all that the content says; `usages: 'left out'` leaves key usages out of it. */
  csr(request: {
    key: Sealed<string>;
    content: CertificateContent;
    usages: 'encoded' | 'left out';
  }): Promise<Uint8Array>;
}

/** URLs that an issuer writes into what it signs (RFC 5280 sections 4.2.1.13 and 4.2.2.1). */
export interface IssuerUrls {
  readonly crlDistributionPoints?: readonly string[];
  readonly ocspServers?: readonly string[];
  readonly issuingCertificateUrls?: readonly string[];
}

export interface SigningRequest {
  readonly content: CertificateContent;
  /** Path length of a CA certificate; absent: no limit of its own. */
  readonly pathLength?: number;
  /** The private key whose public half is certified. */
  readonly key: Sealed<string>;
  /** `self`: signed with `key` itself, issuer = subject. */
  readonly signer: 'self' | { readonly certificatePem: string; readonly key: Sealed<string> };
  /** Positive, big-endian, at most 20 bytes (RFC 5280 section 4.1.2.2). */
  readonly serial: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly urls: IssuerUrls;
}

/** Signs X.509 v3 certificates. Errors: SIGNER_UNFIT (the signer's pair cannot be used). */
export interface CertificateMaker {
  /** PEM of the one certificate. With subject and authority key identifiers; the basic constraints are critical. */
  sign(request: SigningRequest): Promise<string>;
}

export interface KeystoreContent {
  readonly key: Sealed<string>;
  /** PEM, leaf first. */
  readonly chainPem: string;
  /** PEM of the trust anchors, where known. */
  readonly caPem?: string;
  readonly password: Sealed<string>;
  /** Salts and initialization vectors: the same source gives the same stores. */
  readonly salts: RandomBytes;
}

/** Packs keystores as cert-manager does; what it gives holds the key and goes into the secret alone. */
export interface KeystoreMaker {
  pkcs12(content: KeystoreContent & { readonly profile: Pkcs12Profile }): Promise<Keystores>;
  jks(content: KeystoreContent & { readonly alias: string }): Promise<Keystores>;
}

export type Pkcs12Profile = 'LegacyRC2' | 'LegacyDES' | 'Modern2023' | 'Modern2026';

/** The stores' bytes; a truststore only where the trust anchors are known. */
export interface Keystores {
  readonly keystore: Sealed<Uint8Array>;
  readonly truststore?: Sealed<Uint8Array>;
}
