// The closed list of codes with which `evercert import` refuses a Secret; docs/codes.md says the same. It must never know a
// failure of AWS: those are in core/codes.ts.

export interface ImportCode {
  readonly meaning: string;
  readonly fix: string;
}

export const IMPORT_CODES = {
  IMPORT_NOT_TLS: {
    meaning: 'the Secret is not of type kubernetes.io/tls',
    fix: 'import the Secret that cert-manager keeps, or let Evercert issue',
  },
  IMPORT_UNREADABLE: {
    meaning: 'the Secret holds no readable key and certificate',
    fix: 'export it with kubectl get secret -o yaml, unchanged',
  },
  IMPORT_TWICE: {
    meaning: 'the Secret is there twice, with different certificates',
    fix: 'import from one cluster at a time, the one whose certificate is to be kept',
  },
  IMPORT_UNFIT: {
    meaning: 'the certificate is not what the Certificate declares',
    fix: 'make the declaration say what is in use, or let Evercert issue',
  },
  IMPORT_OTHER_ISSUER: {
    meaning: 'cert-manager had it from another issuer than the declared one',
    fix: 'declare that issuer; where it is the same CA under another name, use --any-issuer',
  },
  IMPORT_HELD: {
    meaning: 'the secret holds another certificate already',
    fix: 'nothing to do: what Evercert holds is kept and renewed',
  },
} as const satisfies Readonly<Record<string, ImportCode>>;

export type ImportCodeName = keyof typeof IMPORT_CODES;
