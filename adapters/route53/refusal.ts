// Reads the messages with which Route53 refuses a batch, and tells which records offend. Route53 refuses a batch as a
// whole. Pure; it must never send anything. Wordings: seen in cert-manager #5388, terraform #9732, external-dns #5939.

export interface TxtRecord {
  readonly name: string;
  readonly value: string;
}

export interface Offender {
  readonly record: TxtRecord;
  readonly message: string;
}

/** A set of our own that is no longer there (or no longer as we wrote it). */
export const saysGone = (message: string): boolean =>
  /^Tried to delete\b.*\b(it was not found|values provided do not match)/.test(message);

/** A TXT set without SetIdentifier stands at the name: Route53 does not let multivalue answers beside it. */
export const saysPlainTxt = (message: string): boolean =>
  /(non multivalue answer rrset exists|other RRSets exist) with the same name and type/.test(message);

/**
 * The records that the messages point at. A message that names no set identifier blames all records of its name,
 * unless it speaks of one set and there are several: then nobody is blamed.
 */
export const offendersNamed = (records: readonly TxtRecord[], messages: readonly string[]): readonly Offender[] => {
  const offenders = new Map<TxtRecord, string>();
  for (const message of messages) {
    for (const record of blamed(records, message)) if (!offenders.has(record)) offenders.set(record, message);
  }
  return [...offenders].map(([record, message]) => ({ record, message }));
};

const blamed = (records: readonly TxtRecord[], message: string): readonly TxtRecord[] => {
  const ofName = records.filter((record) => mentions(message.toLowerCase(), record.name));
  const ofValue = (ofName.length > 0 ? ofName : records).filter((record) => quotes(message, record.value));
  if (ofValue.length > 0) return ofValue;
  const isOfOneSet = /^Tried to/.test(message) || /set-?identifier/i.test(message);
  return isOfOneSet && ofName.length > 1 ? [] : ofName;
};

/** Whether the name stands in the message whole: not as the end of a longer one, nor as its beginning. */
const mentions = (message: string, name: string): boolean =>
  positions(message, name).some(
    (at) => !/[\w.\\-]/.test(message[at - 1] ?? ' ') && /^\.?([^\w.\\-]|$)/.test(message.slice(at + name.length)),
  );

/** Whether the message has the value in quotation marks. */
const quotes = (message: string, value: string): boolean =>
  positions(message, value).some(
    (at) => /['"\\]/.test(message[at - 1] ?? '') && /['"\\]/.test(message[at + value.length] ?? ''),
  );

const positions = (text: string, part: string): readonly number[] => {
  const found: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) found.push(at);
  return found;
};
