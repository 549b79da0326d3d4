// The words of the shims' tests: an Ingress and a Gateway, what they come to, and what is said of them.
import { readDeclarations } from '#core/declaration/read.ts';
import { ISSUER } from '../problem-table.ts';

/** Annotations begin on line 6. */
export const ingress = (annotations: string, tls = '  - {hosts: [www.example.com], secretName: web-tls}'): string =>
  `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
${annotations.replaceAll(/^/gm, '    ')}
spec:
  tls:
${tls}
`;

/** Annotations on line 6; listeners begin on line 9. */
export const gateway = (listeners: string, annotations = 'cert-manager.io/cluster-issuer: letsencrypt'): string =>
  `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: edge
  annotations:
    ${annotations}
spec:
  listeners:
${listeners}
`;

export const CLUSTER = 'cert-manager.io/cluster-issuer: letsencrypt';

/** A CA of our own that may sign anything, for fields that a public CA does not honour. */
export const OWN = `apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: own}
spec: {selfSigned: {}}
`;

const read = (text: string) =>
  readDeclarations(
    [
      { file: 'web.yaml', text },
      { file: 'issuer.yaml', text: ISSUER },
      { file: 'own.yaml', text: OWN },
    ],
    { scope: 'folder' },
  );

/** The Certificates that come of it. */
export const madeOf = (text: string) => read(text).catalogue.certificates.map(({ certificate }) => certificate);

/** `severity line:column CODE path` of each problem. */
export const saidOf = (text: string): string[] =>
  read(text).problems.map(({ severity, line, column, code, path }) => `${severity} ${line}:${column} ${code} ${path}`);

/** `message; hint` of each problem. */
export const wordsOf = (text: string): string[] =>
  read(text).problems.map(({ message, hint }) => `${message}; ${hint}`);

export const passedOver = (text: string): string[] => read(text).passedOver.map(({ kind, line }) => `${kind} ${line}`);
