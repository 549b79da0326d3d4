// ACM Private CA over the SDK: describe, issue, fetch. Loaded only where a certificate has such an issuer: its client is of
// an older generation than the others, with dependencies of its own. It must never know how credentials are got.

import {
  type ACMPCAClient,
  DescribeCertificateAuthorityCommand,
  GetCertificateAuthorityCertificateCommand,
  GetCertificateCommand,
  IssueCertificateCommand,
  type SigningAlgorithm,
} from '@aws-sdk/client-acm-pca';
import { pemOf } from '#core/certificate/pem.ts';
import { EvercertError } from '#core/errors.ts';
import type { Timer } from '#core/ports.ts';
import type { CaAccess, PrivateCa } from '#core/private-ca/ports.ts';
import { type CaSubject, isInProgress, isLost, translated } from './errors.ts';

export interface AcmPcaAccess {
  /** A client that acts as the access says and tries nothing again by itself: a throttled CA must not be asked five times. */
  clientFor(access: CaAccess): Promise<ACMPCAClient>;
  readonly timer: Timer;
}

/** What had no answer is sent again: reads as they are, a request for a certificate with its token. */
const GAPS_MS = [200, 800];

const joined = (...parts: readonly (string | undefined)[]): string =>
  parts.flatMap((part) => (part === undefined || part.trim() === '' ? [] : [`${part.trim()}\n`])).join('');

export const acmPca = ({ clientFor, timer }: AcmPcaAccess): PrivateCa => {
  const ask = async <T>(subject: CaSubject, send: (client: ACMPCAClient) => Promise<T>): Promise<T> => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await send(await clientFor(subject.access));
      } catch (error) {
        const gapMs = GAPS_MS[attempt];
        if (gapMs === undefined || !isLost(error)) throw translated(error, subject);
        await timer.sleep(gapMs);
      }
    }
  };

  /** Of a CA whose certificates come without a chain. */
  const chainOf = async (access: CaAccess): Promise<string> => {
    const action = 'acm-pca:GetCertificateAuthorityCertificate';
    const command = () => new GetCertificateAuthorityCertificateCommand({ CertificateAuthorityArn: access.arn });
    const answer = await ask({ action, access }, (client) => client.send(command()));
    return joined(answer.Certificate, answer.CertificateChain);
  };

  return {
    describe: async (access) => {
      const action = 'acm-pca:DescribeCertificateAuthority';
      const command = () => new DescribeCertificateAuthorityCommand({ CertificateAuthorityArn: access.arn });
      const { CertificateAuthority: ca } = await ask({ action, access }, (client) => client.send(command()));
      return {
        status: ca?.Status ?? 'UNKNOWN',
        usageMode: ca?.UsageMode ?? 'GENERAL_PURPOSE',
        signingAlgorithm: ca?.CertificateAuthorityConfiguration?.SigningAlgorithm ?? 'SHA256WITHRSA',
        ...(ca?.NotAfter === undefined ? {} : { notAfter: ca.NotAfter }),
        ...(ca?.NotBefore === undefined ? {} : { notBefore: ca.NotBefore }),
      };
    },

    issue: async ({ access, csr, templateArn, signingAlgorithm, notAfter, token }) => {
      const subject = { action: 'acm-pca:IssueCertificate', access, templateArn };
      const { CertificateArn } = await ask(subject, (client) =>
        client.send(
          new IssueCertificateCommand({
            CertificateAuthorityArn: access.arn,
            Csr: Buffer.from(pemOf('CERTIFICATE REQUEST', csr)),
            SigningAlgorithm: signingAlgorithm as SigningAlgorithm,
            TemplateArn: templateArn,
            Validity: { Type: 'ABSOLUTE', Value: Math.floor(notAfter.getTime() / 1_000) },
            IdempotencyToken: token,
          }),
        ),
      );
      if (CertificateArn !== undefined) return CertificateArn;
      throw new EvercertError('CA_PROTOCOL', `IssueCertificate of ${access.arn} gave no certificate's ARN`);
    },

    certificate: async ({ access, certificateArn }) => {
      const subject = { action: 'acm-pca:GetCertificate', access, certificateArn };
      const input = { CertificateAuthorityArn: access.arn, CertificateArn: certificateArn };
      const answer = await ask(subject, async (client) => {
        const [told] = await Promise.allSettled([client.send(new GetCertificateCommand(input))]);
        if (told.status === 'fulfilled') return told.value;
        if (isInProgress(told.reason)) return undefined;
        throw told.reason;
      });
      if (answer?.Certificate === undefined) return undefined;
      return joined(answer.Certificate, answer.CertificateChain ?? (await chainOf(access)));
    },
  };
};
