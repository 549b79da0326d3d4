// What a kubelet does with a Secret volume, and no more: it watches the Secret, and swaps the whole directory through the
// `..data` symlink (kubernetes/pkg/volume/util/atomic_writer.go). It must never mount anything.
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RunningApiServer } from '#local/cluster/api-server.ts';

export interface Mount {
  /** As a container sees it: `tls.crt` and `tls.key` are symlinks through `..data`. */
  readonly folder: string;
  /** How often the directory was swapped. */
  readonly swaps: () => number;
  readonly stop: () => void;
}

interface WrittenSecret {
  readonly metadata: { readonly resourceVersion: string };
  readonly data?: Readonly<Record<string, string>>;
}

/** Writes a new directory beside the old one and swaps them by one rename. */
const project = (folder: string, count: number, data: Readonly<Record<string, string>>): void => {
  const next = `..${String(count).padStart(4, '0')}`;
  mkdirSync(join(folder, next));
  for (const [name, text] of Object.entries(data))
    writeFileSync(join(folder, next, name), Buffer.from(text, 'base64'), { mode: 0o600 });
  symlinkSync(next, join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  if (count > 1) rmSync(join(folder, `..${String(count - 1).padStart(4, '0')}`), { recursive: true });
  else for (const name of Object.keys(data)) symlinkSync(join('..data', name), join(folder, name));
};

/** The administrator's files, as the kubeconfig names them. */
const adminOf = ({ kubeconfig }: RunningApiServer): { cert: Buffer; key: Buffer } => {
  const { users } = JSON.parse(readFileSync(kubeconfig, 'utf8')) as {
    users: { user: { 'client-certificate': string; 'client-key': string } }[];
  };
  const { user } = users[0]!;
  return { cert: readFileSync(user['client-certificate']), key: readFileSync(user['client-key']) };
};

/** Mounts a Secret that exists, at `folder`, until it is stopped. */
export async function mountSecret(
  server: RunningApiServer,
  at: { readonly namespace: string; readonly name: string; readonly folder: string },
): Promise<Mount> {
  mkdirSync(at.folder, { recursive: true });
  const secrets = `/api/v1/namespaces/${at.namespace}/secrets`;
  const { body } = await server.admin({ method: 'GET', path: `${secrets}/${at.name}` });
  let [count, shown] = [0, ''];
  const show = ({ data = {} }: WrittenSecret): void => {
    const text = JSON.stringify(data);
    // A change of annotations alone is not projected.
    if (text === shown) return;
    shown = text;
    project(at.folder, ++count, data);
  };
  show(body as WrittenSecret);
  const { resourceVersion } = (body as WrittenSecret).metadata;
  const query = `watch=1&fieldSelector=metadata.name%3D${at.name}&resourceVersion=${resourceVersion}`;
  const watch = request(`${server.endpoint}${secrets}?${query}`, { ca: server.caPem, ...adminOf(server) }, (answer) => {
    // Cut when it is stopped.
    const lines = createInterface({ input: answer }).on('error', () => undefined);
    lines.on('line', (line) => {
      const { type, object } = JSON.parse(line) as { type: string; object: WrittenSecret };
      if (type === 'ADDED' || type === 'MODIFIED') show(object);
    });
  });
  watch.on('error', () => undefined);
  watch.end();
  return { folder: at.folder, swaps: () => count, stop: () => watch.destroy() };
}
