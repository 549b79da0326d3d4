// One folder in which every field of a Certificate and of every type of issuer is declared.

export const EVERY_FIELD = `apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: root}
spec: {selfSigned: {crlDistributionPoints: ["http://crl.example.com/root.crl"]}}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: our-ca, namespace: cert-manager}
spec:
  secretName: our-ca-tls
  isCA: true
  literalSubject: CN=Our CA,OU=PKI,O=Example
  duration: 87600h
  privateKey: {algorithm: ECDSA, size: 384}
  nameConstraints:
    critical: true
    permitted: {dnsDomains: [internal], ipRanges: [10.1.2.3/8], emailAddresses: [example.com], uriDomains: [.internal]}
    excluded: {dnsDomains: [secret.internal]}
  issuerRef: {name: root, kind: ClusterIssuer}
---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: ours}
spec:
  ca:
    secretName: our-ca-tls
    crlDistributionPoints: ["http://crl.example.com/ours.crl"]
    ocspServers: ["http://ocsp.example.com"]
    issuingCertificateURLs: ["http://crl.example.com/ours.crt"]
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: brought, namespace: shop}
spec: {ca: {secretName: bought-ca}}
---
apiVersion: awspca.cert-manager.io/v1beta1
kind: AWSPCAIssuer
metadata:
  name: pca
  namespace: shop
  annotations:
    evercert.dev/external-id: ours-1
    evercert.dev/allow-subordinate-ca: "2"
    evercert.dev/clamp-to-ca: "true"
spec:
  arn: arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/0a1b2c3d-0000-4000-8000-000000000000
  region: eu-central-1
  role: arn:aws:iam::111122223333:role/issuer
---
apiVersion: awspca.cert-manager.io/v1beta1
kind: AWSPCAClusterIssuer
metadata: {name: servers}
spec:
  arn: arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/0a1b2c3d-0000-4000-8000-000000000000
  pcaTemplate: {defaultTemplateName: EndEntityServerAuthCertificate/V1}
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: acme, namespace: shop}
spec:
  acme:
    server: https://acme.example.com/directory
    email: ops@example.com
    privateKeySecretRef: {name: account, key: key.pem}
    disableAccountKeyGeneration: true
    enableDurationFeature: true
    renewalInformationSource: None
    preferredChain: Root X1
    profile: tlsserver
    externalAccountBinding: {keyID: kid-1, keySecretRef: {name: eab, key: secret}}
    solvers: [{dns01: {cnameStrategy: Follow, route53: {region: eu-west-1}}}]
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: rich
  namespace: shop
  labels: {team: shop}
  annotations:
    cert-manager.io/issue-temporary-certificate: "true"
    evercert.dev/on-drift: repair
    evercert.dev/renew-requested: "2026-11-25"
spec:
  secretName: rich-tls
  secretTemplate: {annotations: {a: "1"}, labels: {b: "true"}}
  issuerRef: {name: ours, kind: ClusterIssuer, group: cert-manager.io}
  commonName: rich
  subject:
    organizations: [Example]
    countries: [DE]
    organizationalUnits: [Shop]
    localities: [Berlin]
    provinces: [Berlin]
    streetAddresses: [Street 1]
    postalCodes: ["10115"]
    serialNumber: "7"
  dnsNames: [RICH.internal., "*.rich.internal"]
  ipAddresses: [192.0.2.1, "2001:DB8:0:0::1", "::ffff:192.0.2.2"]
  uris: ["spiffe://example.org/ns/shop/sa/rich"]
  emailAddresses: [shop@example.com]
  otherNames: [{oid: 1.3.6.1.4.1.311.20.2.3, utf8Value: shop@example.com}]
  duration: 2160h
  renewBefore: 360h
  renewal: {policy: RenewBefore, windows: [{cron: "0 2 * * 1-5", windowDuration: 2h, timezone: Europe/Berlin}]}
  usages: [server auth, client auth, any, s/mime]
  encodeUsagesInRequest: false
  privateKey: {algorithm: Ed25519, encoding: PKCS8, rotationPolicy: Never}
  signatureAlgorithm: PureEd25519
  keystores:
    pkcs12: {create: true, profile: LegacyDES, passwordSecretRef: {name: keystore, key: password}}
    jks: {create: true, alias: rich, password: changeit}
  additionalOutputFormats: [{type: CombinedPEM}, {type: DER}]
  revisionHistoryLimit: 3
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: defaults, namespace: shop}
spec:
  secretName: defaults-tls
  dnsNames: [defaults]
  renewBeforePercentage: 25
  keystores:
    pkcs12: {create: true, password: changeit}
    jks: {create: true, passwordSecretRef: {name: keystore, key: password}}
  issuerRef: {name: pca, kind: AWSPCAIssuer, group: awspca.cert-manager.io}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: nothing-extra, namespace: shop}
spec:
  secretName: nothing-extra-tls
  dnsNames: [nothing.internal]
  ipAddresses: []
  isCA: false
  encodeUsagesInRequest: true
  keystores: {pkcs12: {create: false, password: changeit}}
  issuerRef: {name: brought}
`;
