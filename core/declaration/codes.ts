// The closed list of codes that a declaration can be answered with; docs/codes.md and every check name only these.
// It must never know of run-time failures: those are in core/errors.ts.

/** `either`: the severity depends on how much was read (a folder or a single file). */
export interface DeclarationCode {
  readonly severity: 'error' | 'warning' | 'either';
  readonly meaning: string;
}

/** Every code of `evercert check`, in the order in which a person meets them: file, document, field, name, issuer, folder. */
export const DECLARATION_CODES = {
  FILE_UNREADABLE: { severity: 'error', meaning: 'the file or folder cannot be read, or is not UTF-8 text' },
  FILE_TOO_LARGE: { severity: 'error', meaning: 'the file is larger than 32 MiB' },
  YAML_SYNTAX: { severity: 'error', meaning: 'the document is not valid YAML' },
  YAML_ALIAS: { severity: 'error', meaning: 'an alias has no anchor, contains itself, or expands beyond reason' },
  YAML_DUPLICATE_KEY: { severity: 'error', meaning: 'the same key stands twice in one mapping' },
  YAML_KEY: { severity: 'error', meaning: 'a key is not plain text' },
  YAML_TOO_DEEP: { severity: 'error', meaning: 'the document is nested more than 100 levels deep' },
  DOCUMENT_NOT_OBJECT: { severity: 'error', meaning: 'the document is not a Kubernetes object' },
  API_VERSION_MISSING: { severity: 'error', meaning: 'the document has no apiVersion' },
  API_VERSION_UNKNOWN: {
    severity: 'error',
    meaning: 'an apiVersion that cert-manager has removed, or a misspelled one',
  },
  KIND_MISSING: { severity: 'error', meaning: 'the document has no kind' },
  KIND_UNKNOWN: { severity: 'error', meaning: 'the apiVersion has no such kind' },
  FIELD_UNKNOWN: { severity: 'error', meaning: 'cert-manager has no such field' },
  FIELD_MISSING: { severity: 'error', meaning: 'a required field is missing or empty' },
  FIELD_TYPE: { severity: 'error', meaning: 'the value has the wrong type' },
  FIELD_VALUE: { severity: 'error', meaning: 'the value is not one of those allowed, or out of range' },
  FIELD_NOT_SUPPORTED: {
    severity: 'error',
    meaning: 'cert-manager knows this field or value; Evercert does without it, or the issuer cannot honour it',
  },
  FIELD_NO_EFFECT: { severity: 'warning', meaning: 'accepted, but without effect at this kind of issuer' },
  ANNOTATION_NO_EFFECT: {
    severity: 'warning',
    meaning: 'an annotation that says nothing here, or an unknown evercert.dev/ one',
  },
  CLUSTER_UNKNOWN: { severity: 'error', meaning: 'the setting clusters names no such cluster' },
  NAMESPACES_TWICE: { severity: 'error', meaning: 'namespaces are named and selected by labels at once' },
  RESTART_WITH_SELECTOR: {
    severity: 'error',
    meaning: 'workloads are to be restarted in namespaces that are selected by labels',
  },
  NAME_INVALID: { severity: 'error', meaning: 'not a valid Kubernetes name' },
  NAMESPACE_IGNORED: { severity: 'warning', meaning: 'an issuer that serves all namespaces has none' },
  LABEL_INVALID: { severity: 'error', meaning: 'not a valid Kubernetes label or annotation key or label value' },
  ANNOTATION_FORBIDDEN: { severity: 'error', meaning: 'secretTemplate must not set cert-manager.io/ annotations' },
  DURATION_INVALID: { severity: 'error', meaning: 'not a Go duration such as 2160h or 1h30m' },
  DURATION_TOO_SHORT: { severity: 'error', meaning: 'duration is under one hour' },
  RENEW_BEFORE_TOO_SHORT: { severity: 'error', meaning: 'renewBefore is (or results in) less than five minutes' },
  RENEW_BEFORE_TOO_LONG: { severity: 'error', meaning: 'renewBefore is (or results in) not less than duration' },
  RENEW_BEFORE_TWICE: { severity: 'error', meaning: 'renewBefore and renewBeforePercentage exclude each other' },
  RENEWAL_CRON_INVALID: {
    severity: 'error',
    meaning: 'the expression of a renewal window is not a cron expression of five fields',
  },
  RENEWAL_WINDOW_TOO_SHORT: { severity: 'error', meaning: 'a renewal window is open for less than ten minutes' },
  RENEWAL_WINDOWS_UNUSED: { severity: 'error', meaning: 'renewal windows stand beside the policy Disabled' },
  TIME_ZONE_INVALID: { severity: 'error', meaning: 'the time zone of a renewal window is not in the tz database' },
  RENEWAL_DISABLED: {
    severity: 'warning',
    meaning: 'renewal.policy Disabled postpones renewal to the emergency margin',
  },
  KEY_SIZE_INVALID: { severity: 'error', meaning: 'the key size does not fit the key algorithm' },
  SIGNATURE_ALGORITHM_INVALID: { severity: 'error', meaning: 'the key cannot sign with this algorithm' },
  LITERAL_SUBJECT_INVALID: { severity: 'error', meaning: 'literalSubject is not a distinguished name (RFC 4514)' },
  LITERAL_SUBJECT_TWICE: { severity: 'error', meaning: 'literalSubject excludes subject and commonName' },
  SUBJECT_EMPTY: { severity: 'warning', meaning: 'a CA or self-signed certificate has an empty subject' },
  NAMES_MISSING: { severity: 'error', meaning: 'the certificate has no name' },
  COMMON_NAME_TOO_LONG: { severity: 'error', meaning: 'commonName has more than 64 characters' },
  COMMON_NAME_NOT_IN_DNS_NAMES: {
    severity: 'error',
    meaning: 'an ACME CA takes only a commonName that is also among dnsNames',
  },
  DNS_NAME_INVALID: { severity: 'error', meaning: 'not a DNS name' },
  DNS_NAME_TOO_LONG: { severity: 'error', meaning: 'a label has more than 63 octets, or the name more than 253' },
  DNS_NAME_WILDCARD: { severity: 'error', meaning: 'the asterisk is not the whole leftmost label' },
  DNS_NAME_IS_IP: { severity: 'error', meaning: 'an IP address stands among DNS names' },
  DNS_NAME_SINGLE_LABEL: { severity: 'error', meaning: 'an ACME CA issues no certificate for a name without a dot' },
  DNS_NAME_PUBLIC_SUFFIX: {
    severity: 'error',
    meaning: 'an ACME CA issues no certificate for a public suffix or a wildcard right under one',
  },
  DNS_NAME_DUPLICATE: {
    severity: 'warning',
    meaning: 'the same name stands twice (after lower-casing and IDN conversion)',
  },
  DNS_NAME_REDUNDANT: {
    severity: 'warning',
    meaning: "a wildcard of the same certificate covers the name; Let's Encrypt refuses both together",
  },
  DNS_NAME_UNKNOWN_TLD: {
    severity: 'warning',
    meaning: 'the name ends in no public top-level domain, and the issuer is a public CA',
  },
  DNS_NAMES_TOO_MANY: { severity: 'error', meaning: 'more than 100 names in one certificate' },
  NAME_DUPLICATE: { severity: 'warning', meaning: 'the same address, URI or mail address stands twice' },
  IP_ADDRESS_INVALID: { severity: 'error', meaning: 'not an IP address' },
  URI_INVALID: { severity: 'error', meaning: 'not an absolute URI' },
  OID_INVALID: { severity: 'error', meaning: 'not an object identifier' },
  NAME_CONSTRAINTS_WITHOUT_CA: { severity: 'error', meaning: 'nameConstraints needs isCA' },
  NAME_CONSTRAINTS_EMPTY: { severity: 'error', meaning: 'nameConstraints permits and excludes nothing' },
  IP_RANGE_INVALID: { severity: 'error', meaning: 'not an IP range in CIDR notation' },
  KEYSTORE_PASSWORD_TWICE: { severity: 'error', meaning: 'a keystore has both password and passwordSecretRef' },
  KEYSTORE_PASSWORD_MISSING: { severity: 'error', meaning: 'a keystore has neither password nor passwordSecretRef' },
  KEYSTORE_PASSWORD_EMPTY: { severity: 'error', meaning: 'the password of a keystore is empty' },
  KEYSTORE_PASSWORD_WRITTEN: { severity: 'warning', meaning: 'the password of a keystore stands in the declaration' },
  OUTPUT_FORMAT_TWICE: { severity: 'error', meaning: 'an additional output format stands twice' },
  ISSUER_KIND_INVALID: { severity: 'error', meaning: 'issuerRef.kind is no issuer kind of issuerRef.group' },
  ISSUER_GROUP_NOT_SUPPORTED: {
    severity: 'error',
    meaning: 'issuerRef.group names an external issuer that is not supported',
  },
  ISSUER_NOT_FOUND: {
    severity: 'either',
    meaning: 'the issuer is not declared (error for a folder, warning for a single file)',
  },
  ISSUER_TYPE_MISSING: { severity: 'error', meaning: 'the issuer names no type (acme, ca, selfSigned)' },
  ISSUER_TYPE_TWICE: { severity: 'error', meaning: 'the issuer names more than one type' },
  ISSUER_CYCLE: { severity: 'error', meaning: 'a chain of CA certificates and their issuers leads back to itself' },
  SIGNER_NOT_CA: { severity: 'error', meaning: 'the Certificate whose Secret a ca issuer signs with is no CA' },
  SIGNER_BROUGHT_ALONG: {
    severity: 'warning',
    meaning: 'no Certificate makes the Secret that a ca issuer signs with, but one like it',
  },
  CA_ARN_INVALID: { severity: 'error', meaning: 'not the ARN of a certificate authority of ACM Private CA' },
  TEMPLATE_UNKNOWN: {
    severity: 'error',
    meaning: 'ACM Private CA has no such template, or none that Evercert issues by',
  },
  TEMPLATE_PASSES_THROUGH: { severity: 'error', meaning: 'the template takes extensions from the request' },
  SERVER_INVALID: { severity: 'error', meaning: 'acme.server is not the URL of an ACME directory' },
  SERVER_RETIRED: { severity: 'error', meaning: 'acme.server is an ACME v1 directory that no longer exists' },
  SERVER_NOT_HTTPS: { severity: 'warning', meaning: 'acme.server is reached without TLS' },
  TLS_VERIFY_OFF: { severity: 'warning', meaning: 'skipTLSVerify trusts whoever answers' },
  CA_BUNDLE_INVALID: { severity: 'error', meaning: 'caBundle is not base64 of PEM certificates' },
  CA_BUNDLE_UNUSED: { severity: 'error', meaning: 'caBundle and skipTLSVerify exclude each other' },
  EMAIL_INVALID: { severity: 'error', meaning: 'not an e-mail address' },
  SOLVERS_MISSING: {
    severity: 'warning',
    meaning: 'the issuer has no solver; Route53 DNS-01 with our own zones is used',
  },
  SOLVER_TYPE_MISSING: { severity: 'error', meaning: 'a solver names no type or no provider' },
  SOLVER_TYPE_TWICE: { severity: 'error', meaning: 'a solver names more than one type or provider' },
  SOLVER_STAND_IN: { severity: 'warning', meaning: 'a solver of another kind; Route53 DNS-01 stands in for it' },
  SOLVER_NO_MATCH: {
    severity: 'warning',
    meaning: 'no solver of the issuer selects this name; Route53 DNS-01 with our own zones is used',
  },
  ROLE_INVALID: { severity: 'error', meaning: 'the role is not the ARN of an IAM role' },
  ROLE_PLACEHOLDER: { severity: 'warning', meaning: 'the role has no 12-digit account id' },
  HOSTED_ZONE_ID_INVALID: { severity: 'error', meaning: 'route53.hostedZoneID is not a Route53 zone id' },
  REGION_INVALID: { severity: 'error', meaning: 'the region is not an AWS region, or not that of the CA' },
  EXTERNAL_ID_INVALID: {
    severity: 'error',
    meaning: 'the annotation of an external id is not an sts:ExternalId',
  },
  EXTERNAL_ID_UNUSED: {
    severity: 'warning',
    meaning: 'an external id is set, but there is no role that it belongs to',
  },
  SHIM_ISSUER_MISSING: {
    severity: 'warning',
    meaning: 'an Ingress or Gateway asks for a certificate, but its annotations name no issuer',
  },
  SHIM_ISSUER_INVALID: {
    severity: 'error',
    meaning: 'the annotations of an Ingress or Gateway contradict each other about the issuer, or name none',
  },
  SHIM_ANNOTATION_INVALID: { severity: 'error', meaning: 'an annotation of an Ingress or Gateway cannot be read' },
  SHIM_ENTRY_SKIPPED: {
    severity: 'warning',
    meaning: 'a tls entry or listener that cert-manager makes no certificate for',
  },
  SHIM_SECRET_TWICE: { severity: 'error', meaning: 'two tls entries of one Ingress want the same Secret' },
  DOCUMENT_TWICE: { severity: 'error', meaning: 'two documents have the same kind, namespace and name' },
  SECRET_NAME_TWICE: { severity: 'error', meaning: 'two Certificates of one namespace want the same Secret' },
  DELIVERED_TWICE: {
    severity: 'either',
    meaning: "two Certificates want the same Secret of a cluster's namespace, or may do so where labels decide",
  },
} as const satisfies Record<string, DeclarationCode>;

export type Code = keyof typeof DECLARATION_CODES;
