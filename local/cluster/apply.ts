// Server-side apply of manifests, as `kubectl apply --server-side` does it. It must never know why they are applied.
import type { ApiAnswer, ApiRequest } from './api-client.ts';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

const FIELD_MANAGER = 'evercert-local';

/** Where objects of a kind live: discovered from the server, once per group and version. */
const resourceOf = async (
  ask: ApiRequest,
  { apiVersion, kind }: Manifest,
): Promise<{ plural: string; namespaced: boolean }> => {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { body } = await ask({ method: 'GET', path: group });
  const found = (body.resources ?? []).find(
    (one: { kind: string; name: string }) => one.kind === kind && !one.name.includes('/'),
  );
  if (found === undefined) throw new Error(`the API server knows no ${kind} of ${apiVersion}`);
  return { plural: found.name, namespaced: found.namespaced };
};

/** The path of an object. */
export const pathOf = async (ask: ApiRequest, manifest: Manifest): Promise<string> => {
  const { plural, namespaced } = await resourceOf(ask, manifest);
  const { apiVersion, metadata } = manifest;
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const place = namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
  return `${group}${place}/${plural}/${metadata.name}`;
};

/** Applies one manifest; unknown fields are refused. `dryRun` changes nothing. Gives the server's answer, whatever it is. */
export const apply = async (
  ask: ApiRequest,
  manifest: Manifest,
  options: { dryRun?: boolean } = {},
): Promise<ApiAnswer> => {
  const dry = options.dryRun === true ? '&dryRun=All' : '';
  const query = `fieldManager=${FIELD_MANAGER}&fieldValidation=Strict&force=true${dry}`;
  const path = `${await pathOf(ask, manifest)}?${query}`;
  return ask({ method: 'PATCH', path, body: manifest, type: 'application/apply-patch+yaml' });
};

/** As `apply`; throws with the server's words where it is refused. */
export const mustApply = async (ask: ApiRequest, manifest: Manifest): Promise<void> => {
  const { status, body } = await apply(ask, manifest);
  if (status >= 300)
    throw new Error(`${manifest.kind} ${manifest.metadata.name}: ${status} ${body?.message ?? JSON.stringify(body)}`);
};

/** Deletes one; one that is not there is no fault. */
export const remove = async (ask: ApiRequest, manifest: Manifest): Promise<void> => {
  const { status, body } = await ask({ method: 'DELETE', path: await pathOf(ask, manifest) });
  if (status >= 300 && status !== 404)
    throw new Error(`${manifest.kind} ${manifest.metadata.name}: ${status} ${body?.message ?? JSON.stringify(body)}`);
};
