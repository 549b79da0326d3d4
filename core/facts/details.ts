// What each event holds, as schemas: types, documentation and JSON Schema (docs/events/) are made from them. Functions use
// the types alone, so that no schema is deployed; the tests hold every published event against them.
import * as z from 'zod';

const instant = z.iso.datetime({ precision: 3 }).describe('ISO 8601, UTC, milliseconds');
const fingerprint = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe("SHA-256 of the leaf's DER, hexadecimal, lower case");
const named = z
  .string()
  .regex(/^[^/]+\/[^/]+$/)
  .describe('namespace/name of the declared Certificate');
const counted = z.int().min(1);

const every = {
  schema: z.literal(1).describe('version of this shape'),
  id: z.string().min(1).describe('of the fact: an event that is delivered again has the same'),
  at: instant.describe('when it came about'),
};
const line = z
  .string()
  .max(800)
  .regex(/^[^"\\<>\n\r]*$/);

const notice = z
  .strictObject({ title: line, what: line, still: line, next: line, fix: line, runbook: line })
  .describe('for people, one plain line each: without quotes, backslashes, angle brackets and line ends');

/** Outcomes: recorded in the ledger under the same id. */
const outcome = {
  ...every,
  certificate: named,
  uid: z.string().describe('of the row and, as the tag evercert.dev/uid, of the secret'),
  secretName: z.string().describe('in Secrets Manager'),
  clusters: z.array(z.string()).optional().describe('that get it'),
  generation: z.int().min(1).describe('grows with each accepted declaration'),
  revision: z.int().min(0).describe('grows with each issuance'),
};
/** Of outcomes of an attempt. */
const attempt = {
  ...outcome,
  attemptId: z.string().optional().describe('in every line of the log that speaks of this attempt'),
  reason: z.string().optional().describe('why it was issued, such as NearExpiry'),
  explanationUrl: z.string().optional().describe('where the CA explains its renewal window (RFC 9773 section 4.2)'),
  warnings: z.array(z.string()).optional().describe('what was amiss and did not stop it'),
};
const current = {
  fingerprint,
  notAfter: instant.describe('end of what is current'),
  versionId: z.string().describe('of the secret; a token that hash(uid, revision) makes'),
};
const issued = z.strictObject({ ...attempt, ...current });

const late = {
  ...every,
  certificate: named,
  uid: z.string(),
  issuer: z.string().describe('Kind/name'),
  lateness: z.enum(['overdue-warning', 'overdue-critical', 'emergency', 'expired']),
  renewAt: instant.describe('when it should have been renewed'),
  notAfter: instant.describe('end of what is current'),
  versionId: z.string(),
  notice,
};

const target = {
  ...every,
  certificate: named,
  cluster: z.string(),
  namespace: z.string().describe('*: each labelled namespace'),
  secret: z.string().describe('the Kubernetes Secret'),
  revision: z.int().min(0),
  versionId: z.string(),
  fingerprint,
};

export const DETAILS = {
  issued,
  renewed: issued,
  adopted: issued,
  rendered: issued,
  failed: z.strictObject({
    ...attempt,
    code: z.string().describe('docs/codes.md'),
    message: z.string(),
    class: z.enum(['fast', 'step', 'wait', 'human']).optional().describe('human: it will not succeed by itself'),
    count: counted.optional().describe('failures in a row'),
    retryAt: instant.optional(),
    notAfter: instant.optional().describe('end of what is current; absent: nothing is'),
    notice,
  }),
  superseded: z.strictObject(attempt),
  retired: z.strictObject({ ...outcome, ...z.strictObject(current).partial().shape }),
  drifted: z.strictObject({
    ...outcome,
    reason: z.string().describe('what was found, such as LabelMoved'),
    message: z.string(),
    occurrence: counted.describe("counted over the certificate's life"),
    repaired: z.string().optional().describe('what was done about it; absent: nothing, as declared'),
    notAfter: instant.optional().describe('end of what Evercert has issued'),
    notice,
  }),
  overdue: z.strictObject(late),
  approaching: z.strictObject(late),
  expired: z.strictObject(late),
  delivered: z.strictObject({
    ...target,
    serial: z.string(),
    notAfter: instant,
    afterMs: z.number().min(0).describe('since it became wanted'),
  }),
  undelivered: z.strictObject({ ...target, code: z.string(), message: z.string(), notice }),
  lagging: z.strictObject({ ...every, clusters: z.array(z.string()).min(1) }),
} as const;

export type FactKind = keyof typeof DETAILS;
export type DetailOf<Kind extends FactKind> = z.infer<(typeof DETAILS)[Kind]>;
