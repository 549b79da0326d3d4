// An issuer as the suite meets it: how it is declared, the real parts behind it, and what is known of it beforehand. It
// must never assert.
import type { JourneyPorts } from '#core/journey/ports.ts';
import type { World } from '#test/support/world.ts';
import type { Family, Otherwise } from './case.ts';
import type { Look } from './look.ts';

export interface IssuerStage {
  /** YAML of the issuer, of a CA that has to be issued first, and of what else it needs. */
  readonly declarations: string;
  /** As a flow mapping: `{ name: x, kind: ClusterIssuer }`. */
  readonly issuerRef: string;
  /** Puts into the fresh world what is brought along. */
  readonly prepare?: (world: World) => Promise<void> | void;
  /** The journey's ports with the real issuers in the place of the world's own. */
  readonly ports: (world: World) => JourneyPorts;
  /** PEM of the roots as they are known elsewhere; of one that signs itself none. */
  readonly roots: (world: World) => Promise<readonly string[]>;
  /** Executions side by side; what the parts bear. */
  readonly atOnce?: number;
  readonly stop: () => Promise<void>;
}

/** What is known of an issuer beforehand; all literal. */
export interface Known {
  readonly name: string;
  readonly family: Family;
  /** What every leaf of it may do, where the issuer decides that and not the declaration. */
  readonly usages?: { readonly RSA: readonly string[]; readonly other: readonly string[] };
  /** What a certificate may do that declares no usages; default: cert-manager's. */
  readonly defaultUsages?: readonly string[];
  /** How far before the request a certificate may begin; default five minutes. */
  readonly backDatedMs?: number;
  /** URLs that the issuer writes into what it signs. */
  readonly urls?: Pick<Look, 'crl' | 'ocsp' | 'caIssuers'>;
  /** `names`: names, subject, key and chain alone are the issuer's; the rest is judged elsewhere. */
  readonly judged?: 'all' | 'names';
  /** Random bits of a serial, where we make it. */
  readonly serialBits?: number;
  /** What it says in the place of the declared subject. */
  readonly subject?: 'the declared one' | 'none' | 'the first name or none';
  /** Where a certificate without a declared duration, or with any, ends after so long (ms). */
  readonly lifetimeMs: number;
  /** A declared duration is heard. */
  readonly hearsDuration: boolean;
  /** Certificates in `tls.crt`, leaf and intermediates. */
  readonly chainLength: number;
  /** Of a kind that the CA itself refuses, though its family does not: the code of the failure. */
  readonly refusals?: Readonly<Record<string, string>>;
  /** What the issuer does otherwise than its family. */
  readonly otherwise?: Readonly<Record<string, Otherwise>>;
}
