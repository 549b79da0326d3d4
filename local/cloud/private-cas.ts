// Private CAs of the local cloud: one for each CA that is declared, a root that has signed itself, as the console makes
// them. It must never know which certificates are asked of them.
import {
  CreateCertificateAuthorityCommand,
  GetCertificateAuthorityCsrCommand,
  GetCertificateCommand,
  ImportCertificateAuthorityCertificateCommand,
  IssueCertificateCommand,
} from '@aws-sdk/client-acm-pca';
import type { IssuerSpec, PrivateCaIssuerSpec } from '#core/declaration/issuer-model.ts';
import { LOCAL_REGION, privateCaClient } from './clients.ts';

export interface LocalPrivateCa {
  readonly arn: string;
  readonly region: string;
  readonly rootPem: string;
}

const ALGORITHM = 'SHA256WITHRSA';

/** Create -> request -> root certificate -> import: ACTIVE. The order of the console and of `aws acm-pca`. */
export const makeRootCa = async (endpoint: string, name: string): Promise<LocalPrivateCa> => {
  const client = privateCaClient(endpoint);
  try {
    const Configuration = {
      KeyAlgorithm: 'RSA_2048',
      SigningAlgorithm: ALGORITHM,
      Subject: { CommonName: name },
    } as const;
    const made = await client.send(
      new CreateCertificateAuthorityCommand({
        CertificateAuthorityType: 'ROOT',
        CertificateAuthorityConfiguration: Configuration,
      }),
    );
    const CertificateAuthorityArn = made.CertificateAuthorityArn!;
    const { Csr } = await client.send(new GetCertificateAuthorityCsrCommand({ CertificateAuthorityArn }));
    const { CertificateArn } = await client.send(
      new IssueCertificateCommand({
        CertificateAuthorityArn,
        Csr: Buffer.from(Csr!),
        SigningAlgorithm: ALGORITHM,
        TemplateArn: 'arn:aws:acm-pca:::template/RootCACertificate/V1',
        Validity: { Type: 'YEARS', Value: 10 },
      }),
    );
    const { Certificate } = await client.send(new GetCertificateCommand({ CertificateAuthorityArn, CertificateArn }));
    await client.send(
      new ImportCertificateAuthorityCertificateCommand({
        CertificateAuthorityArn,
        Certificate: Buffer.from(Certificate!),
      }),
    );
    return { arn: CertificateAuthorityArn, region: LOCAL_REGION, rootPem: Certificate! };
  } finally {
    client.destroy();
  }
};

const isPrivateCa = (issuer: IssuerSpec): issuer is PrivateCaIssuerSpec => issuer.type === 'awspca';

/** Declared ARN -> the CA that stands in for it; those that are known stay. `startedAt` is only called where one is missing. */
export const makePrivateCas = async (request: {
  readonly issuers: readonly IssuerSpec[];
  readonly known: ReadonlyMap<string, LocalPrivateCa>;
  readonly startedAt: () => Promise<string>;
}): Promise<ReadonlyMap<string, LocalPrivateCa>> => {
  const cas = new Map(request.known);
  for (const { name, awspca } of request.issuers.filter(isPrivateCa))
    if (!cas.has(awspca.arn)) cas.set(awspca.arn, await makeRootCa(await request.startedAt(), `${name} (local)`));
  return cas;
};
