// cert-manager's defaults that more than one room counts with (its pkg/apis/certmanager/v1). Pure.

/** Lifetime where no `duration` is declared: 90 days. */
export const DEFAULT_DURATION_MS = 90 * 24 * 3_600_000;

/** Where no `usages` are declared. */
export const DEFAULT_USAGES: readonly string[] = ['digital signature', 'key encipherment'];
