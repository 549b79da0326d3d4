// What the External Secrets Operator says when it fails, read as codes. Its condition names hardly a cause (0.20 says no more
// than "could not update secret"); its newest Event does. Tolerant: each version words it anew. Pure.
import type { ErrorCode } from '../codes.ts';
import type { Fault } from './fault.ts';
import type { ExternalSecretState } from './ports.ts';

type Row = readonly [words: RegExp, code: ErrorCode, says: string];

/** About the Secret that it writes. */
const SECRET_WORDS: readonly Row[] = [
  [
    /owned by (another|a different)|already owned|different owner|failed to take ownership/i,
    'TARGET_TWO_OWNERS',
    'another owner has the Secret',
  ],
  [
    /field is immutable.*type|type:? .*(field is immutable|immutable)|secret type/i,
    'TARGET_TYPE',
    'the Secret of that name has another type; delete it once',
  ],
  [/immutable/i, 'TARGET_IMMUTABLE', 'the Secret itself is immutable; delete it once'],
  [
    /admission webhook|ValidatingAdmissionPolicy|denied the request|exceeded quota|forbidden: /i,
    'TARGET_REFUSED',
    'the cluster refuses the Secret to the operator',
  ],
];

/** About the store and what it reads. */
const AWS_WORDS: readonly Row[] = [
  [
    /AccessDenied|not authorized to perform|UnrecognizedClient|InvalidClientToken|ExpiredToken|KMS.*(denied|disabled)/i,
    'TARGET_DENIED',
    'AWS refuses the operator',
  ],
  [
    /store.*(not ready|not found|does not exist)|could not get .*store|InvalidProviderConfig|unable to (create|get) (client|session)|cannot get provider client/i,
    'TARGET_STORE_NOT_READY',
    'its store cannot be used',
  ],
  [
    /request send failed|exceeded maximum number of attempts|connection (refused|reset)|no such host|i\/o timeout|Throttling/i,
    'TARGET_STORE_NOT_READY',
    'Secrets Manager does not answer the operator',
  ],
  [
    /ResourceNotFound|secret does not exist|can't find the specified secret|marked for deletion|scheduled for deletion/i,
    'TARGET_KEY',
    'the store finds no such secret: its Region or account (replicas are a setting), or the secret is deleted',
  ],
  [
    /key .* does not exist in secret|property .* (not found|does not exist)|no .*property/i,
    'TARGET_KEY',
    'the secret lacks a property that spec.data names: nothing was issued yet, or the manifests are older than the declaration',
  ],
];

const ANY_OF_THE_SECRET: Row = [
  /could not (update|create|set|patch)/i,
  'TARGET_REFUSED',
  'the operator could not write the Secret',
];
const ANY_OF_AWS: Row = [/./, 'TARGET_REFUSED', 'the operator failed'];

const saidBy = ({ ready, lastError }: ExternalSecretState): string =>
  ready?.status === 'False'
    ? [ready.message || ready.reason, lastError ?? ''].filter((part) => part !== '').join(': ')
    : '';

const byTable = (rows: readonly Row[], state: ExternalSecretState, name: string): Fault | undefined => {
  const said = saidBy(state);
  const row = said === '' ? undefined : rows.find(([words]) => words.test(said));
  return row && { code: row[1], message: `${name}: ${row[2]} (the operator says: ${said})` };
};

/** A fault of the Secret that it writes; undefined: it says nothing of that. */
export const ofTheSecret = (state: ExternalSecretState, name: string): Fault | undefined =>
  byTable([...SECRET_WORDS, ANY_OF_THE_SECRET], state, name);

/** A fault of the store or of what it reads; undefined: it says that all is well, or nothing. */
export const ofAws = (state: ExternalSecretState, name: string): Fault | undefined =>
  byTable([...AWS_WORDS, ANY_OF_AWS], state, name);
