// The XML of Route53's ChangeResourceRecordSets becomes a list of changes. It must never know what a zone holds.
import { child, childrenOf, parseXml, textOf, type XmlElement } from './xml.ts';

/** One record set as a request or a listing writes it; names and values exactly as sent. */
export interface SentSet {
  name: string;
  type: string;
  setIdentifier?: string;
  /** Weight, Region, Failover, GeoLocation, MultiValueAnswer ...: which of them are there. */
  routing: readonly string[];
  ttl?: number;
  values: readonly string[];
  aliasTarget?: string;
}

export interface Change {
  action: string;
  set: SentSet;
}

const ROUTING = [
  'Weight',
  'Region',
  'Failover',
  'GeoLocation',
  'MultiValueAnswer',
  'CidrRoutingConfig',
  'GeoProximityLocation',
];

/** The changes of a request body, or undefined where it is no such document. API_ChangeResourceRecordSets. */
export function parseChanges(body: string): Change[] | undefined {
  const root = parseXml(body.trim());
  if (root?.tag !== 'ChangeResourceRecordSetsRequest') return undefined;
  const changes = childrenOf(child(child(root, 'ChangeBatch'), 'Changes'), 'Change');
  const read = changes.flatMap((change) => {
    const action = textOf(change, 'Action');
    const set = child(change, 'ResourceRecordSet');
    return action && textOf(set, 'Name') && textOf(set, 'Type') && set ? [{ action, set: readSet(set) }] : [];
  });
  return read.length > 0 && read.length === changes.length ? read : undefined;
}

/** One `ResourceRecordSet` element. API_ResourceRecordSet. */
export function readSet(element: XmlElement): SentSet {
  const setIdentifier = textOf(element, 'SetIdentifier');
  const ttl = textOf(element, 'TTL');
  const aliasTarget = textOf(child(element, 'AliasTarget'), 'DNSName');
  return {
    name: textOf(element, 'Name') ?? '',
    type: textOf(element, 'Type') ?? '',
    ...(setIdentifier !== undefined && { setIdentifier }),
    routing: ROUTING.filter((tag) => child(element, tag)),
    ...(ttl !== undefined && { ttl: Number(ttl) }),
    values: childrenOf(child(element, 'ResourceRecords'), 'ResourceRecord').map((one) => textOf(one, 'Value') ?? ''),
    ...(aliasTarget !== undefined && { aliasTarget }),
  };
}
