// The words of the tables of broken declarations: a document with one line exchanged, and the problems as literals.
import { readDeclarations } from '#core/declaration/read.ts';

export const CERTIFICATE = `apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: web
spec:
  secretName: web-tls
  dnsNames:
    - www.example.com
  issuerRef:
    name: letsencrypt
    kind: ClusterIssuer
`;

export const ISSUER = `apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata:
  name: letsencrypt
spec:
  acme:
    server: https://acme-v02.api.letsencrypt.org/directory
    privateKeySecretRef:
      name: account
    solvers:
      - dns01:
          route53: {}
`;

/** Replaces `from` in `text`; refuses where it is not there, so that no case tests nothing. */
export const exchange = (text: string, from: string, to: string): string => {
  if (!text.includes(from)) throw new Error(`"${from}" is not in the text`);
  return text.replace(from, () => to);
};

/** `severity line:column CODE path`, sorted as `evercert check` sorts. */
export const saidOf = (file: string, files: Record<string, string>, scope: 'folder' | 'file' = 'folder'): string[] =>
  readDeclarations(
    Object.entries(files).map(([name, text]) => ({ file: name, text })),
    { scope },
  )
    .problems.filter((problem) => problem.file === file)
    .map(({ severity, line, column, code, path }) => `${severity} ${line}:${column} ${code} ${path}`.trim());

/** What is said of a Certificate beside a sound issuer. */
export const saidOfCertificate = (text: string): string[] =>
  saidOf('web.yaml', { 'web.yaml': text, 'issuer.yaml': ISSUER });

/** What is said of an issuer alone. */
export const saidOfIssuer = (text: string): string[] => saidOf('issuer.yaml', { 'issuer.yaml': text });
