// Which properties of a certificate's secret become which keys of its Kubernetes Secret. It must never know how the
// operator is told.
import { givesAnchors } from '../../declaration/issuer-types.ts';
import type { DeclaredCertificate } from '../../declaration/model.ts';
import { VERSION_ANNOTATION } from './model.ts';

/** One property of the secret's JSON (docs/secret.md), under the name that a template knows it by. */
export interface Entry {
  readonly property: string;
  /** An identifier: `{{ .crt }}` fails where it is absent, `index` would give an empty text. */
  readonly as: string;
  /** Lies there as base64 of bytes. */
  readonly isBase64?: true;
}

const CHAIN: Entry = { property: 'tls.crt', as: 'crt' };
const KEY: Entry = { property: 'tls.key', as: 'key' };
const ANCHORS: Entry = { property: 'ca.crt', as: 'ca' };
const COMBINED: Entry = { property: 'tls-combined.pem', as: 'combined' };
const DER: Entry = { property: 'key.der', as: 'der', isBase64: true };
const VERSION_ID: Entry = { property: 'version-id', as: 'versionId' };

const store = (kind: 'Key' | 'Trust', ending: 'p12' | 'jks'): Entry => ({
  property: `${kind.toLowerCase()}store.${ending}`,
  as: `${kind.toLowerCase()}store${ending === 'p12' ? 'P12' : 'Jks'}`,
  isBase64: true,
});

/** Told of a version in the Secret's annotations, by the annotation. */
export const FACTS: Readonly<Record<string, Entry>> = {
  'evercert.dev/not-after': { property: 'not-after', as: 'notAfter' },
  'evercert.dev/serial': { property: 'serial', as: 'serial' },
  'evercert.dev/sha256': { property: 'sha256', as: 'sha256' },
  [VERSION_ANNOTATION]: VERSION_ID,
};

const storesOf = ({ certificate: { keystores }, issuer }: DeclaredCertificate): Entry[] =>
  (['p12', 'jks'] as const)
    .filter((ending) => (ending === 'p12' ? keystores?.pkcs12 : keystores?.jks) !== undefined)
    .flatMap((ending) => [store('Key', ending), ...(givesAnchors(issuer) ? [store('Trust', ending)] : [])]);

/** Keys of the Secret, named like the properties: what cert-manager's Secret would hold. */
export const secretEntries = (declared: DeclaredCertificate): readonly Entry[] => {
  const formats = declared.certificate.additionalOutputFormats ?? [];
  return [
    CHAIN,
    KEY,
    ...(givesAnchors(declared.issuer) ? [ANCHORS] : []),
    ...(formats.includes('CombinedPEM') ? [COMBINED] : []),
    ...(formats.includes('DER') ? [DER] : []),
    ...storesOf(declared),
  ];
};

/** Keys of the public companion: no private key, and by which version it stands. */
export const publicEntries = ({ issuer }: Pick<DeclaredCertificate, 'issuer'>): readonly Entry[] => [
  CHAIN,
  VERSION_ID,
  ...(givesAnchors(issuer) ? [ANCHORS] : []),
];

export const anchorEntries: readonly Entry[] = [ANCHORS];
