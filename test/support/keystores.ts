// Readers of keystores that share no code with those who write them. They must never be lenient: what is wrong throws.
import { createHash } from 'node:crypto';
import forge from 'node-forge';

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const sha1 = (...parts: readonly Uint8Array[]): Buffer => createHash('sha1').update(Buffer.concat(parts)).digest();

export interface JksEntry {
  readonly kind: 'key' | 'trusted';
  readonly alias: string;
  readonly createdAt: Date;
  /** PKCS#8 DER. */
  readonly key?: Buffer;
  /** DER. */
  readonly certificates: readonly Buffer[];
}

const reader = (bytes: Buffer) => {
  let at = 0;
  const take = (count: number): Buffer => {
    if (at + count > bytes.length) throw new Error('the store ends too early');
    at += count;
    return bytes.subarray(at - count, at);
  };
  const u32 = () => take(4).readUInt32BE();
  return {
    u32,
    instant: () => new Date(Number(take(8).readBigUInt64BE())),
    text: () => take(take(2).readUInt16BE()).toString('utf8'),
    sized: () => take(u32()),
    rest: () => bytes.subarray(at),
  };
};

/** The plain key in an EncryptedPrivateKeyInfo of Sun's key protector. */
const opened = (encrypted: Buffer, password: Buffer): Buffer => {
  const [identifier, data] = forge.asn1.fromDer(encrypted.toString('latin1')).value as forge.asn1.Asn1[];
  const oid = forge.asn1.derToOid((identifier!.value as forge.asn1.Asn1[])[0]!.value as string);
  if (oid !== '1.3.6.1.4.1.42.2.17.1.1') throw new Error(`a key protected by ${oid}`);
  const bytes = Buffer.from(data!.value as string, 'latin1');
  const [hidden, check] = [bytes.subarray(20, -20), bytes.subarray(-20)];
  const stream: Buffer[] = [];
  let link: Buffer = bytes.subarray(0, 20);
  for (let length = 0; length < hidden.length; length += 20) {
    link = sha1(password, link);
    stream.push(link);
  }
  const all = Buffer.concat(stream);
  const plain = Buffer.from(hidden.map((byte, i) => byte ^ all[i]!));
  if (!sha1(password, plain).equals(check)) throw new Error('the key cannot be opened with this password');
  return plain;
};

/** The entries of a JKS store, in their order; throws where its digest, or a key's, does not fit the password. */
export const readJks = (store: Uint8Array, password: string): readonly JksEntry[] => {
  const bytes = Buffer.from(store);
  const [content, digest] = [bytes.subarray(0, -20), bytes.subarray(-20)];
  if (!sha1(utf16(password), Buffer.from('Mighty Aphrodite'), content).equals(digest)) throw new Error('tampered');
  const from = reader(content);
  if (from.u32() !== 0xfeedfeed || from.u32() !== 2) throw new Error('no JKS store of version 2');
  const certificate = () => {
    if (from.text() !== 'X.509') throw new Error('a certificate of another type');
    return from.sized();
  };
  const entries = Array.from({ length: from.u32() }, (): JksEntry => {
    const kind = from.u32() === 1 ? 'key' : 'trusted';
    const [alias, createdAt] = [from.text(), from.instant()];
    if (kind === 'trusted') return { kind, alias, createdAt, certificates: [certificate()] };
    const key = opened(from.sized(), utf16(password));
    return { kind, alias, createdAt, key, certificates: Array.from({ length: from.u32() }, certificate) };
  });
  if (from.rest().length > 0) throw new Error('something follows the last entry');
  return entries;
};

/** What node-forge finds in a PKCS#12 store (legacy algorithms and RSA keys only): DER of the certificates, and their attributes. */
export const readLegacyPkcs12 = (store: Uint8Array, password: string) => {
  const asn1 = forge.asn1.fromDer(Buffer.from(store).toString('latin1'));
  const pfx = forge.pkcs12.pkcs12FromAsn1(asn1, password);
  const bags = pfx.safeContents.flatMap(({ safeBags }) => safeBags);
  const keys = bags.filter(({ type }) => type === forge.pki.oids.pkcs8ShroudedKeyBag);
  const certificates = bags.filter(({ type }) => type === forge.pki.oids.certBag);
  const idOf = ({ attributes }: forge.pkcs12.Bag): string | undefined => {
    const [id] = (attributes as { localKeyId?: string[] }).localKeyId ?? [];
    return id === undefined ? undefined : Buffer.from(id, 'latin1').toString('hex');
  };
  return {
    keys: keys.map(({ key }) => forge.pki.privateKeyToPem(key!)),
    keyIds: keys.map(idOf),
    certificateIds: certificates.map(idOf),
    friendlyNames: certificates.map(({ attributes }) => (attributes as { friendlyName?: string[] }).friendlyName?.[0]),
    count: certificates.length,
  };
};
