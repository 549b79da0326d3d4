// ACM Private CA, loaded when the first certificate asks for it: one client for each way of access. In a file of its own,
// because its SDK client is large and of an older generation.
import type { CaAccess, PrivateCa } from '#core/private-ca/ports.ts';
import { systemTimer } from '../node-moment.ts';
import { PATIENT } from './parts.ts';
import { roleCredentials } from './role-credentials.ts';

const CODES = { refused: 'PRIVATE_CA_DENIED', unavailable: 'CA_UNREACHABLE' } as const;

const load = async (prefix: string): Promise<PrivateCa> => {
  const { ACMPCAClient, acmPca } = await import('../acm-pca/loaded-late.ts');
  const clients = new Map<string, InstanceType<typeof ACMPCAClient>>();
  const make = ({ role, externalId, region }: CaAccess) =>
    new ACMPCAClient({
      requestHandler: PATIENT.requestHandler,
      // A throttled CA is left alone: each further request is counted, and may be billed (adapters/acm-pca tries again what had no answer).
      maxAttempts: 1,
      region,
      ...(role === undefined
        ? {}
        : { credentials: roleCredentials({ role, externalId, region, prefix, codes: CODES }) }),
    });
  const clientFor = async (access: CaAccess) => {
    const key = JSON.stringify([access.role, access.externalId, access.region]);
    const client = clients.get(key) ?? make(access);
    clients.set(key, client);
    return client;
  };
  return acmPca({ clientFor, timer: systemTimer });
};

/** The port; nothing of the SDK is loaded until it is used. */
export const latePrivateCa = (prefix: string): PrivateCa => {
  let loading: Promise<PrivateCa> | undefined;
  const loaded = (): Promise<PrivateCa> => {
    loading ??= load(prefix);
    return loading;
  };
  return {
    describe: async (access) => (await loaded()).describe(access),
    issue: async (request) => (await loaded()).issue(request),
    certificate: async (request) => (await loaded()).certificate(request),
  };
};
