// The closed list of run-time codes: what each means for the journey, in words and in consequences. It must never know
// where an error comes from.
import { DELIVERY_WORDS } from './bridge/codes.ts';

/**
 * fast: again inside the invocation; step: the row's backoff; wait: at a given time, no failure; human: a person must act, probed
 * daily; delivery: of one target in a cluster, never of a row: its item has its own times.
 */
export type FailureClass = 'fast' | 'step' | 'wait' | 'human' | 'delivery';

export interface CodeMeaning {
  readonly class: FailureClass;
  /** Whether the order (or other work at the CA) is worthless afterwards, so that the next try starts anew. */
  readonly endsWork: boolean;
  readonly summary: string;
  readonly fix: string;
}

type Words = readonly [summary: string, fix: string];
const keeps = (failureClass: FailureClass, [summary, fix]: Words): CodeMeaning => ({
  class: failureClass,
  endsWork: false,
  summary,
  fix,
});
const ends = (failureClass: FailureClass, [summary, fix]: Words): CodeMeaning => ({
  class: failureClass,
  endsWork: true,
  summary,
  fix,
});
const deliveries = <Code extends string>(all: Readonly<Record<Code, Words>>): Readonly<Record<Code, CodeMeaning>> => {
  const said = Object.entries<Words>(all).map(([code, words]) => [code, keeps('delivery', words)] as const);
  return Object.fromEntries(said) as Record<Code, CodeMeaning>;
};

/** Each has a heading in docs/codes.md. */
export const CODES = {
  DNS_NO_ZONE: ends('human', [
    'no hosted zone of ours covers the name',
    'create the public hosted zone, add its id to the setting "zones", or delegate _acme-challenge by CNAME into a zone of ours',
  ]),
  DNS_NOT_DELEGATED: ends('human', [
    'the public DNS does not lead to our hosted zone',
    "put the hosted zone's four name servers into the parent zone (or at the registrar), or delegate _acme-challenge by CNAME into a zone that is delegated",
  ]),
  DNS_DENIED: keeps('human', [
    'Route53 refuses us this zone',
    'allow route53:ChangeResourceRecordSets on the zone for the advance role, or check the role and external id of the solver',
  ]),
  DNS_TXT_CONFLICT: keeps('human', [
    'a plain TXT record stands at the challenge name',
    'remove the plain TXT record, or delegate the challenge name by CNAME',
  ]),
  DNS_CHANGE_REFUSED: keeps('human', ['Route53 refuses the change', 'read the messages of Route53 and mend the zone']),
  DNS_NOT_SETTLED: keeps('step', ['Route53 did not report the change as INSYNC in time', 'nothing: it is tried again']),
  DNS_UNAVAILABLE: keeps('step', ['Route53 did not answer', 'nothing: it is tried again']),
  DNS_CNAME_LOOP: ends('human', [
    'the CNAME chain of the challenge name loops or is too long',
    'mend the CNAME records',
  ]),
  DNS_LOOKUP_FAILED: keeps('step', ['the challenge name could not be looked up', 'check the delegation of the zone']),
  CA_UNREACHABLE: keeps('step', ['the CA did not answer', 'nothing: it is tried again']),
  CA_UNTRUSTED: keeps('human', [
    "the TLS certificate of the CA's server is not trusted",
    'set acme.caBundle to the root of the ACME server',
  ]),
  CA_RATE_LIMITED: keeps('wait', ['the CA limits the rate', 'nothing: it is tried again when the CA says so']),
  CA_PAUSED: ends('human', ['the CA has paused this name', 'open the URL that the CA gives and unpause']),
  CA_PROTOCOL: keeps('step', [
    'the CA answered what the protocol does not allow',
    'nothing: it is tried again; tell the CA when it stays',
  ]),
  CA_REFUSED: ends('human', ['the CA refuses the request', "read the CA's words and change the declaration"]),
  CA_PROFILE_UNKNOWN: ends('human', ['the CA does not know the profile', 'choose a profile that the directory lists']),
  CAA_FORBIDS: ends('human', ['a CAA record forbids this CA', 'add a CAA record that allows the CA']),
  CHALLENGE_FAILED: ends('step', [
    'the CA could not validate a name',
    "check that the zone is delegated to Route53's name servers",
  ]),
  ORDER_INVALID: ends('step', ['the order has become invalid', 'nothing: a new order follows']),
  ORDER_SLOW: keeps('step', [
    'the CA has been processing the order for more than a day',
    'nothing: the same order is looked at again for a week; ask the CA whether it waits for an approval',
  ]),
  ORDER_EXPIRED: ends('fast', ['the order is gone or expired', 'nothing: a new order follows']),
  CSR_REFUSED: ends('human', [
    'the CA refuses the certificate request or its key',
    'change privateKey to what the CA accepts',
  ]),
  ACCOUNT_LOST: ends('fast', ['the CA no longer knows our account', 'nothing: the account is registered again']),
  ACCOUNT_REFUSED: keeps('human', [
    'the CA refuses our account',
    'the CA wants external account binding or agreement to new terms: see its words',
  ]),
  ACCOUNT_BUSY: keeps('wait', ['another certificate is registering the account', 'nothing: it goes on in a moment']),
  ACCOUNT_KEY_UNFIT: keeps('human', [
    'the stored account key cannot be read',
    'put a PEM private key under the named property, or delete the secret so that a new account is made',
  ]),
  ACCOUNT_KEY_MISSING: keeps('human', [
    'the account key that is to be brought along is not there',
    'put the PEM private key under the named property of the named secret, or take disableAccountKeyGeneration out of the issuer',
  ]),
  EAB_KEY_MISSING: keeps('human', [
    'the key of the external account binding is missing or no base64url',
    'put the HMAC key that the CA gave under the named property of the named secret',
  ]),
  EAB_SPENT: keeps('human', [
    'the external account binding has made an account already, and the CA does not know the account key that lies there now',
    'restore the key of that account in its secret, or take new credentials from the CA and declare their keyID',
  ]),
  ROLLOVER_REFUSED: keeps('human', [
    'the account key cannot be rolled over',
    'read the words: the CA offers no key change or refuses it, or the key is brought along; the old key stays in use',
  ]),
  NAMES_UNSUPPORTED: ends('human', [
    'the declaration asks an ACME issuer for what it cannot certify by DNS-01',
    'take these names out, or name an issuer of another type for them',
  ]),
  PRIVATE_CA_UNUSABLE: ends('human', [
    'the CA of ACM Private CA cannot sign in the state in which it is',
    'bring the CA to ACTIVE as the message says, or declare the ARN of another one',
  ]),
  PRIVATE_CA_DENIED: keeps('human', [
    'ACM Private CA refuses us the CA',
    'deploy again so that the role follows the declarations, share the CA with this account, or check the role and external id of the issuer',
  ]),
  PRIVATE_CA_QUOTA: keeps('human', [
    'a quota of ACM Private CA is used up',
    'have the quota of the message raised, or declare the ARN of another CA',
  ]),
  PRIVATE_CA_TEMPLATE: ends('human', [
    'no template of ACM Private CA that may be used gives what the certificate asks for',
    'change usages or isCA, or let the issuer allow it: evercert.dev/allow-subordinate-ca, pcaTemplate.defaultTemplateName',
  ]),
  PRIVATE_CA_SHORT_LIVED: ends('human', [
    'the CA signs short-lived certificates only',
    'declare duration: 168h or less, or the ARN of a general-purpose CA',
  ]),
  PRIVATE_CA_SLOW: keeps('step', [
    'ACM Private CA has not issued the certificate within ten minutes',
    'nothing: the same certificate is looked for again for a day, then asked for anew',
  ]),
  CA_ENDS_FIRST: ends('human', [
    'the certificate would outlive the CA that signs it',
    'declare a shorter duration, renew the CA, or let the issuer clamp: evercert.dev/clamp-to-ca: "true"',
  ]),
  CA_CONSTRAINS: ends('human', [
    'the CA that is to sign does not allow such a certificate below it',
    "change the names or isCA of the certificate, or the CA's nameConstraints and path length",
  ]),
  SIGNER_UNFIT: keeps('human', [
    "the pair of the issuer's CA cannot be used for signing",
    'set isCA: true on the Certificate that the issuer signs with, or put a CA certificate and its key (tls.crt, tls.key) into the secret that is brought along',
  ]),
  ISSUER_NOT_READY: keeps('wait', [
    'the secret of a CA that is brought along is missing or holds no pair',
    'put tls.crt and tls.key (and ca.crt) of the CA into the secret that the message names',
  ]),
  CERT_REJECTED: ends('step', [
    'what the CA issued is not what was asked; it is not published',
    'read the reasons; the previous certificate stays',
  ]),
  KEY_UNFIT: ends('human', [
    'rotationPolicy Never, but the current key does not fit the declaration',
    'set rotationPolicy: Always for one issuance, or the old key parameters',
  ]),
  SECRET_FOREIGN: keeps('human', [
    'a secret of that name exists and is not ours',
    'rename one of them, or delete the foreign secret',
  ]),
  SECRET_DELETED: keeps('human', [
    'the secret is scheduled for deletion',
    'restore the secret, or wait until it is gone',
  ]),
  KEYSTORE_PASSWORD_ABSENT: keeps('human', [
    'the password of a declared keystore is not in the secret that is named for it',
    'make the secret <prefix>-refs/<namespace>/<name> with the named property (one JSON object), or mend passwordSecretRef',
  ]),
  SECRET_TOO_LARGE: ends('human', [
    'the secret would exceed 65,536 bytes',
    'fewer names, smaller keys, or fewer keystores and formats',
  ]),
  SECRET_DENIED: keeps('human', [
    'Secrets Manager refuses us the secret',
    'allow the action on the secret for the advance role',
  ]),
  SECRET_CONTENTION: keeps('fast', [
    'the current version of the secret changed while it was written',
    'nothing: it is looked at again',
  ]),
  SECRET_UNAVAILABLE: keeps('step', ['Secrets Manager did not answer', 'nothing: it is tried again']),
  STAGED_KEY_LOST: ends('fast', [
    'the staged key of this issuance is gone',
    'nothing: the issuance starts anew with a new key',
  ]),
  KMS_UNUSABLE: keeps('human', [
    'the KMS key of the secret cannot be used',
    'enable the key and allow it to the advance role; readers are affected too',
  ]),
  LIMIT_REACHED: keeps('wait', [
    'a limit of the CA or of AWS is used up for now',
    'nothing: it goes on when its turn comes; raise the limit at the CA, or the setting "quotas"',
  ]),
  CIRCUIT_OPEN: keeps('wait', [
    'the issuer, the zone or the store has failed others just now; one certificate probes, this one waits',
    'mend what the fault of the circuit says; all others go on by themselves',
  ]),
  LEDGER_UNAVAILABLE: keeps('step', ['the ledger did not answer', 'nothing: it is tried again']),
  LEASE_LOST: keeps('fast', ['another run has taken over this certificate', 'nothing']),
  AWS_DENIED: keeps('human', [
    'AWS refuses an action that Evercert needs',
    'compare the role with the deployed template',
  ]),
  AWS_UNAVAILABLE: keeps('step', ['an AWS service did not answer', 'nothing: it is tried again']),
  ...deliveries(DELIVERY_WORDS),
  INTERNAL: keeps('step', ['a fault in Evercert itself', 'report it with the log line']),
} as const satisfies Record<string, CodeMeaning>;

export type ErrorCode = keyof typeof CODES;
