// Which limits one new order touches, counted as Let's Encrypt counts them. Pure. It must never ask a CA.

import { parse } from 'tldts';
import { acmeOf } from '../declaration/issuer-types.ts';
import type { DeclaredCertificate } from '../declaration/model.ts';
import { selectSolver } from '../declaration/select-solver.ts';
import { sha256Hex } from '../names.ts';
import type { Bucket, Rate, Take } from './bucket.ts';
import {
  type AwsQuotas,
  caFigures,
  ROUTE53_CALLS,
  route53Rate,
  SECRETS_WRITES,
  secretsRate,
  ZONE_CHANGES,
  zoneRate,
} from './figures.ts';

/** `ari`: `replaces` inside its window; `same`: exactly the names of a certificate that exists; `new`: anything else. */
export type OrderKind = 'ari' | 'same' | 'new';

export interface OrderAsked {
  readonly declared: DeclaredCertificate;
  readonly accountUrl: string;
  readonly kind: OrderKind;
  readonly quotas: AwsQuotas;
  /** Ids of the hosted zones that its values go into, as far as they are known. */
  readonly zoneIds: readonly string[];
}

const bucket = (id: string, words: string, rate: Rate | undefined): Bucket =>
  rate === undefined ? { id, words } : { id, words, rate };

const hashed = (text: string): string => sha256Hex(text).slice(0, 32);

/** The registered domain (public suffix and one label, private suffixes included), else the name itself. */
export const registeredDomain = (dnsName: string): string => {
  const base = dnsName.replace(/^\*\./, '');
  return parse(base, { allowPrivateDomains: true }).domain ?? base;
};

const hostOf = (url: string): string => URL.parse(url)?.host ?? url;

export const orderBucket = (directoryUrl: string, accountUrl: string): Bucket =>
  bucket(`orders#${hashed(accountUrl)}`, `new orders at ${hostOf(directoryUrl)}`, caFigures(directoryUrl).orders);

/** Counted over all accounts of the CA. */
export const domainBucket = (directoryUrl: string, domain: string): Bucket =>
  bucket(
    `domain#${hostOf(directoryUrl)}#${domain}`,
    `new certificates for ${domain} at ${hostOf(directoryUrl)}`,
    caFigures(directoryUrl).perDomain,
  );

export const nameSetBucket = (directoryUrl: string, accountUrl: string, dnsNames: readonly string[]): Bucket =>
  bucket(
    `set#${hashed(JSON.stringify([accountUrl, [...dnsNames].sort()]))}`,
    `certificates for exactly these names at ${hostOf(directoryUrl)}`,
    caFigures(directoryUrl).perNameSet,
  );

/** A wildcard is validated at its base, and fails there. */
export const failureBucket = (directoryUrl: string, accountUrl: string, dnsName: string): Bucket => {
  const name = dnsName.replace(/^\*\./, '');
  return bucket(
    `failures#${hashed(accountUrl)}#${name}`,
    `failed authorizations of ${name} at ${hostOf(directoryUrl)}`,
    caFigures(directoryUrl).failures,
  );
};

/** Over all accounts and issuers of ours that write into it. */
export const zoneBucket = (zoneId: string, quotas: AwsQuotas): Bucket =>
  bucket(`zone#${zoneId}`, `changes of the hosted zone ${zoneId}`, zoneRate(quotas));

/** Calls to Route53 count for the account whose zone is written. */
const dnsTakes = ({ declared, quotas, zoneIds }: OrderAsked): Take[] => {
  const { issuer, certificate } = declared;
  const roles = certificate.dnsNames.map(
    (name) => selectSolver(issuer, name, certificate.labels).route53.role ?? 'own',
  );
  const calls = [...new Set(roles)].map((role) => ({
    bucket: bucket(`route53#${role}`, `calls to Route53 (${role})`, route53Rate(quotas)),
    tokens: ROUTE53_CALLS,
  }));
  const changes = [...new Set(zoneIds)].map((id) => ({ bucket: zoneBucket(id, quotas), tokens: ZONE_CHANGES }));
  return [...calls, ...changes];
};

/** What the CA counts only once it issues: given back when the order comes to nothing. */
export const isCountedAtIssue = ({ bucket: { id } }: Take): boolean => /^(domain|set)#/.test(id);

/** Writes to Secrets Manager. */
export const secretsTake = (quotas: AwsQuotas, writes: number): Take => ({
  bucket: bucket('secrets', 'writes to Secrets Manager', secretsRate(quotas)),
  tokens: writes,
});

/**
 * The takes of one new order. Of an `ari` order Let's Encrypt counts nothing, of the `same` names only the name set; but
 * what it has told us to wait for, and the names that have failed, are asked of every order.
 */
export const orderTakes = (asked: OrderAsked): readonly Take[] => {
  const { declared, accountUrl, kind, quotas } = asked;
  const { dnsNames } = declared.certificate;
  const { server } = acmeOf(declared.issuer);
  const orders = orderBucket(server, accountUrl);
  const domains = [...new Set(dnsNames.map(registeredDomain))].map((domain) => domainBucket(server, domain));
  const set = nameSetBucket(server, accountUrl, dnsNames);
  const counted: readonly Take[] = [
    ...(kind === 'new' ? [orders, ...domains].map((one) => ({ bucket: one, tokens: 1 })) : []),
    ...(kind === 'ari' ? [] : [{ bucket: set, tokens: 1 }]),
  ];
  const failures = [...new Set(dnsNames.map((name) => name.replace(/^\*\./, '')))].map((name) => ({
    bucket: failureBucket(server, accountUrl, name),
    tokens: 0,
  }));
  return [...counted, ...failures, ...dnsTakes(asked), secretsTake(quotas, SECRETS_WRITES)];
};
