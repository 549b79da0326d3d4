// Really signed certificates for the fake CA: an EC root, an alternate root, and one intermediate that both have signed.
// It must never know of orders or accounts.
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

type KeyPair = webcrypto.CryptoKeyPair;

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
const { subtle } = webcrypto;
const keyPair = (): Promise<KeyPair> => subtle.generateKey(EC, true, ['sign', 'verify']) as Promise<KeyPair>;

x509.cryptoProvider.set(webcrypto as never);

/** What a PKCS#10 request asks for; names in lower case. */
export interface ReadRequest {
  readonly names: readonly string[];
  readonly publicKey: x509.PublicKey;
}

/** Undefined when the bytes are no request or its signature does not fit. */
export const readRequest = async (der: Uint8Array): Promise<ReadRequest | undefined> => {
  try {
    const request = new x509.Pkcs10CertificateRequest(der.slice());
    if (!(await request.verify())) return undefined;
    const san = request.extensions.find((extension) => extension instanceof x509.SubjectAlternativeNameExtension);
    const names = [...request.subjectName.getField('CN'), ...(san?.names.items.map(({ value }) => value) ?? [])];
    return { names: [...new Set(names.map((name) => name.toLowerCase()))], publicKey: request.publicKey };
  } catch {
    return undefined;
  }
};

interface Root {
  readonly certificate: x509.X509Certificate;
  readonly intermediatePem: string;
}

/** A root, an alternate and their intermediate, dated around `now`. */
export class FakeHierarchy {
  readonly rootPem: string;
  readonly #intermediateKey: KeyPair;
  readonly #intermediate: x509.X509Certificate;
  readonly #roots: readonly Root[];
  #serial = 1;

  private constructor(intermediateKey: KeyPair, roots: readonly Root[]) {
    this.#intermediateKey = intermediateKey;
    this.#roots = roots;
    this.#intermediate = new x509.X509Certificate(roots[0]!.intermediatePem);
    this.rootPem = roots[0]!.certificate.toString('pem');
  }

  static async create(now: Date): Promise<FakeHierarchy> {
    const intermediateKey = await keyPair();
    const roots: Root[] = [];
    for (const name of ['Fake Root', 'Fake Alternate Root']) roots.push(await makeRoot(name, intermediateKey, now));
    return new FakeHierarchy(intermediateKey, roots);
  }

  /** PEM chains, leaf first: the default one, then the alternate. */
  async issue(request: ReadRequest & { notBefore: Date; notAfter: Date }): Promise<readonly string[]> {
    const leaf = await x509.X509CertificateGenerator.create({
      serialNumber: this.#nextSerial(),
      issuer: this.#intermediate.subject,
      notBefore: request.notBefore,
      notAfter: request.notAfter,
      signingKey: this.#intermediateKey.privateKey,
      publicKey: request.publicKey,
      signingAlgorithm: EC,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(request.names.map((value) => ({ type: 'dns' as const, value }))),
        await x509.SubjectKeyIdentifierExtension.create(request.publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(this.#intermediate),
      ],
    });
    return this.#roots.map(({ intermediatePem }) => `${leaf.toString('pem')}\n${intermediatePem}\n`);
  }

  #nextSerial(): string {
    this.#serial += 1;
    return `00fa${this.#serial.toString(16).padStart(12, '0')}`;
  }
}

const caExtensions = async (key: webcrypto.CryptoKey): Promise<x509.Extension[]> => [
  new x509.BasicConstraintsExtension(true, undefined, true),
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
  await x509.SubjectKeyIdentifierExtension.create(key),
];

const makeRoot = async (name: string, intermediateKey: KeyPair, now: Date): Promise<Root> => {
  const keys = await keyPair();
  const dates = { notBefore: new Date(now.getTime() - DAY_MS), notAfter: new Date(now.getTime() + 3650 * DAY_MS) };
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...dates,
    serialNumber: '01',
    name: `CN=${name}`,
    keys,
    signingAlgorithm: EC,
    extensions: await caExtensions(keys.publicKey),
  });
  const intermediate = await x509.X509CertificateGenerator.create({
    ...dates,
    serialNumber: '02',
    subject: 'CN=Fake Intermediate',
    issuer: certificate.subject,
    signingKey: keys.privateKey,
    publicKey: intermediateKey.publicKey,
    signingAlgorithm: EC,
    extensions: [
      ...(await caExtensions(intermediateKey.publicKey)),
      await x509.AuthorityKeyIdentifierExtension.create(certificate),
    ],
  });
  return { certificate, intermediatePem: intermediate.toString('pem') };
};
