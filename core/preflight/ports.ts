// What pre-flight asks: the public DNS as a CA would see it, and Route53's own words about a zone. Read only, few
// requests. Answers that could not be had are values: pre-flight itself never stops anything by failing.
import type { DeclaredCertificate } from '../declaration/model.ts';
import type { Zone, ZoneAccess } from '../ports.ts';

/** RFC 1035 section 4.1.1, as far as it matters here. `failed`: SERVFAIL, a refusal, or no answer in time. */
export type DnsAnswer<T> =
  | { readonly kind: 'records'; readonly records: readonly T[] }
  /** The name exists (or something below it), without records of this type. */
  | { readonly kind: 'none' }
  /** NXDOMAIN. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly why: string };

/** RFC 8659 section 4.1. */
export interface CaaRecord {
  /** The issuer critical flag (bit 0). */
  readonly critical: boolean;
  /** Lower case. */
  readonly tag: string;
  readonly value: string;
}

/** A recursive resolver: CNAMEs are followed by it. Names without trailing dot; never throws. */
export interface PublicDns {
  caa(name: string): Promise<DnsAnswer<CaaRecord>>;
  /** Each record's strings joined. */
  txt(name: string): Promise<DnsAnswer<string>>;
  /** NS: host names, lower case, no trailing dot. A: addresses (IPv4). */
  hosts(question: { readonly name: string; readonly type: 'NS' | 'A' }): Promise<DnsAnswer<string>>;
}

export interface ZoneFacts {
  /** The name servers that Route53 gave a public zone; undefined: it does not tell. Errors: DNS_DENIED, DNS_UNAVAILABLE. */
  servers(zone: Zone): Promise<readonly string[] | undefined>;
  /** A private zone that covers the name, `name (id)`; undefined: none, or we may not list. Only asked where no public one does. */
  privateZone(request: { readonly name: string; readonly access: ZoneAccess }): Promise<string | undefined>;
}

export interface PreflightRequest {
  readonly declared: DeclaredCertificate;
  readonly accountUrl: string;
  /** `caaIdentities` of the CA's directory; empty: CAA is not judged. */
  readonly identities: readonly string[];
}

/** Gives what is worth saying; throws what would surely fail (DNS_NO_ZONE, DNS_DENIED, DNS_CNAME_LOOP, DNS_NOT_DELEGATED, CAA_FORBIDS). */
export type Preflight = (request: PreflightRequest) => Promise<readonly string[]>;
