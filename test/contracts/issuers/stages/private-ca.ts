// ACM Private CA: the stateful model that signs by template, and moto's, which signs real chains but by no template. What
// moto leaves out is judged on the recorded request.
import { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { acmPca } from '#adapters/acm-pca/private-ca.ts';
import type { Issuer } from '#core/journey/issuer.ts';
import type { JourneyPorts } from '#core/journey/ports.ts';
import { privateCaIssuer } from '#core/private-ca/issuer.ts';
import type { IssueRequest, PrivateCa } from '#core/private-ca/ports.ts';
import { makeRootCa } from '#local/cloud/private-cas.ts';
import { emulatorCredentials, startMoto } from '#test/support/emulators.ts';
import type { World } from '#test/support/world.ts';
import type { IssuerStage } from '../stage.ts';

const ID = '00000000-0000-4000-8000-000000000001';
const MODEL_ARN = `arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/${ID}`;
const REF = '{ name: pca, kind: AWSPCAClusterIssuer, group: awspca.cert-manager.io }';

const issuerText = (arn: string): string => `---
apiVersion: awspca.cert-manager.io/v1beta1
kind: AWSPCAClusterIssuer
metadata:
  name: pca
spec:
  arn: ${arn}
`;

/** The same CA for CA certificates, where its issuer allows them. */
export const ALLOWING = `---
apiVersion: awspca.cert-manager.io/v1beta1
kind: AWSPCAClusterIssuer
metadata:
  name: pca
  annotations: { evercert.dev/allow-subordinate-ca: "1" }
spec:
  arn: ${MODEL_ARN}
`;

export const modelledPrivateCa = async (): Promise<IssuerStage> => ({
  declarations: issuerText(MODEL_ARN),
  issuerRef: REF,
  prepare: async (w) => {
    const root = await w.privateCa.addCa({ id: ID.replace(/1$/, '9') });
    await w.privateCa.addCa({ id: ID, parent: root });
  },
  ports: (w) => w.compose(),
  roots: async (w) => {
    const own = w.privateCa.cas.get(MODEL_ARN)!;
    return [own.parent!.authority.certificate.toString('pem')];
  },
  stop: async () => undefined,
});

export interface Recorded extends IssueRequest {
  /** `namespace/name` of the certificate at work. */
  readonly certificate: string;
  readonly at: Date;
}

export interface MotoStage extends IssuerStage {
  /** What was asked of it, in order. */
  readonly requests: readonly Recorded[];
}

/** One certificate at a time is at work: whose request it is, is the step that runs. */
const recording = (real: PrivateCa) => {
  const requests: Recorded[] = [];
  let certificate = '';
  const ca: PrivateCa = {
    describe: (access) => real.describe(access),
    certificate: (request) => real.certificate(request),
    issue: (request) => {
      requests.push({ ...request, certificate, at: new Date() });
      return real.issue(request);
    },
  };
  const told = (issuer: Issuer): Issuer => ({
    ...issuer,
    step: (input) => {
      certificate = input.declared.name;
      return issuer.step(input);
    },
  });
  return { requests, ca, told };
};

export const motoPrivateCa = async (): Promise<MotoStage> => {
  const moto = await startMoto();
  const client = new ACMPCAClient({ ...emulatorCredentials, endpoint: moto.url });
  const { arn, rootPem } = await makeRootCa(moto.url, 'Private root');
  const real = acmPca({ clientFor: async () => client, timer: { sleep: async () => undefined } });
  const { requests, ca, told } = recording(real);
  const quotas = {
    route53PerSecond: 1_000,
    secretsWritesPerSecond: 1_000,
    zoneChangesPerSecond: 1_000,
    privateCaIssuesPerSecond: 1_000,
  };
  const withMoto = (w: World): JourneyPorts => {
    const own = w.compose();
    const clock = { now: () => new Date() };
    const awspca = privateCaIssuer(
      { ca, limits: w.ledger.limits, clock, authorities: w.ledger.authorities },
      { quotas },
    );
    return { ...own, issuers: { ...own.issuers, awspca: told(awspca) } };
  };
  return {
    requests,
    declarations: issuerText(arn),
    issuerRef: REF,
    // moto is asked one request at a time: it is not made for several.
    atOnce: 1,
    ports: withMoto,
    roots: async () => [rootPem],
    stop: async () => {
      client.destroy();
      await moto.stop();
    },
  };
};
