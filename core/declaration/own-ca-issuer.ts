// `spec.ca` and `spec.selfSigned` of an issuer: from what is written to what is accepted. It must never read another
// document itself: whose pair signs is answered from outside.
import type { CaIssuerSpec, CaSigner, SelfSignedIssuerSpec } from './issuer-model.ts';
import { checkObjectName } from './kubernetes-names.ts';
import type { Path } from './nodes.ts';
import type { Finding } from './problem.ts';
import type { InferFields } from './schema/field.ts';
import type { ISSUER } from './schema/issuer-fields.ts';

type Written = NonNullable<InferFields<typeof ISSUER>['spec']>;
type Texts = readonly (string | undefined)[] | undefined;

/** Whose pair lies in the Secret of that name, as the issuer sees it; with what there is to say of it. */
export type FindSigner = (secretName: string) => { readonly signer: CaSigner; readonly findings: readonly Finding[] };

const isUrl = (text: string): boolean =>
  /^(https?|ldaps?):\/\/\S+$/i.test(text) && URL.canParse(text) && new URL(text).hostname !== '';

const checkUrls = (texts: Texts, path: Path): Finding[] =>
  (texts ?? []).flatMap((text, index): Finding[] => {
    if (text === undefined || isUrl(text)) return [];
    const message = `"${text.slice(0, 80)}" is no URL that a certificate can name`;
    return [
      { code: 'URI_INVALID', path: [...path, index], message, hint: 'write it like http://crl.example.com/ca.crl' },
    ];
  });

/** Undefined where nothing is left. */
const filled = (texts: Texts): readonly string[] | undefined => {
  const some = (texts ?? []).filter((text) => text !== undefined);
  return some.length === 0 ? undefined : some;
};

/** Reads `spec.ca`. Codes: NAME_INVALID, URI_INVALID, and what the signer is answered with. */
export const readCa = (
  written: NonNullable<Written['ca']>,
  findSigner: FindSigner,
): { readonly value: CaIssuerSpec['ca']; readonly findings: readonly Finding[] } => {
  const { signer, findings } = findSigner(written.secretName ?? '');
  const crlDistributionPoints = filled(written.crlDistributionPoints);
  const ocspServers = filled(written.ocspServers);
  const issuingCertificateUrls = filled(written.issuingCertificateURLs);
  return {
    value: {
      signer,
      ...(crlDistributionPoints === undefined ? {} : { crlDistributionPoints }),
      ...(ocspServers === undefined ? {} : { ocspServers }),
      ...(issuingCertificateUrls === undefined ? {} : { issuingCertificateUrls }),
    },
    findings: [
      ...checkObjectName(written.secretName, ['spec', 'ca', 'secretName']),
      ...findings,
      ...checkUrls(written.crlDistributionPoints, ['spec', 'ca', 'crlDistributionPoints']),
      ...checkUrls(written.ocspServers, ['spec', 'ca', 'ocspServers']),
      ...checkUrls(written.issuingCertificateURLs, ['spec', 'ca', 'issuingCertificateURLs']),
    ],
  };
};

/** Reads `spec.selfSigned`. Code: URI_INVALID. */
export const readSelfSigned = (
  written: NonNullable<Written['selfSigned']>,
): { readonly value: SelfSignedIssuerSpec['selfSigned']; readonly findings: readonly Finding[] } => {
  const crlDistributionPoints = filled(written.crlDistributionPoints);
  return {
    value: crlDistributionPoints === undefined ? {} : { crlDistributionPoints },
    findings: checkUrls(written.crlDistributionPoints, ['spec', 'selfSigned', 'crlDistributionPoints']),
  };
};
