// What the benchmark declares: a warm-up certificate of each issuer by YAML, and the measured ones as rows, so that nothing has to be
// deployed for them. It must never start anything.
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamodbDeclaredRows } from '#adapters/dynamodb/declared-rows.ts';
import { certificateHash } from '#core/declaration/canonical.ts';
import type { DeclaredCertificate } from '#core/declaration/model.ts';
import { certificateName } from '#core/names.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../cloud/clients.ts';

const ZONE = 'bench.example.com';
export const WARM_UPS = { acme: 'bench/warm-up', 'own-ca': 'bench/own-warm-up' } as const;

/** One certificate of each issuer: their issuance registers the account, makes the CA, and starts the first workers. */
export const WARM_UP_YAML = `apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata:
  name: bench
spec:
  acme:
    server: https://acme-v02.api.letsencrypt.org/directory
    email: bench@example.com
    privateKeySecretRef:
      name: bench-account
    solvers:
      - dns01:
          route53:
            region: us-east-1
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  namespace: bench
  name: warm-up
spec:
  secretName: warm-up
  dnsNames:
    - warm-up.${ZONE}
  privateKey:
    algorithm: ECDSA
  issuerRef:
    kind: ClusterIssuer
    name: bench
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata:
  namespace: bench
  name: bootstrap
spec:
  selfSigned: {}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  namespace: bench
  name: root
spec:
  isCA: true
  commonName: Root of the benchmark
  secretName: root
  duration: 87600h
  privateKey:
    algorithm: ECDSA
  issuerRef:
    name: bootstrap
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata:
  namespace: bench
  name: own
spec:
  ca:
    secretName: root
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  namespace: bench
  name: own-warm-up
spec:
  secretName: own-warm-up
  dnsNames:
    - own-warm-up.${ZONE}
  privateKey:
    algorithm: ECDSA
  issuerRef:
    name: own
`;

export const BENCH_ZONES: readonly string[] = [ZONE];

/** `count` certificates like the warm-up, each of one own name. */
export const certificatesLike = (
  pattern: DeclaredCertificate,
  { series, count }: { series: string; count: number },
): readonly DeclaredCertificate[] =>
  Array.from({ length: count }, (_, index) => {
    const label = `${series}-${index + 1}`;
    const dnsNames = [`${label}.${ZONE}`];
    const certificate = { ...pattern.certificate, name: label, secretName: label, dnsNames };
    const { issuer } = pattern;
    const hash = certificateHash(certificate, issuer);
    return { name: certificateName(certificate), certificate, issuer, hash };
  });

/**
 * Writes them as due rows, as reconcile would: through the ledger's own adapter, past the gateway. The catalogue that
 * was deployed is applied already, so that no sweep looks for them in it.
 */
export const declareRows = async (
  table: { readonly endpoint: string; readonly tableName: string },
  certificates: readonly DeclaredCertificate[],
): Promise<void> => {
  const client = new DynamoDBClient({
    endpoint: table.endpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  const marshallOptions = { removeUndefinedValues: true };
  const rows = dynamodbDeclaredRows({
    client: DynamoDBDocumentClient.from(client, { marshallOptions }),
    tableName: table.tableName,
  });
  const now = new Date();
  for (const declared of certificates) await rows.declare({ declared, seen: undefined, uid: randomUUID(), now });
  client.destroy();
};
