// What the operator does to the target Secret, by creationPolicy: who owns it, which keys stay, and what the API server
// refuses. It must never know when.
import { sha256Hex } from '#core/names.ts';
import type { Ref, Stored } from './fake-objects.ts';
import { Refused, type Rendered } from './fake-render.ts';

export interface Meeting {
  readonly es: Stored;
  readonly at: Ref;
  /** As it is there. */
  readonly secret: Stored | undefined;
  readonly rendered: Rendered;
}

interface Owner {
  readonly kind: string;
  readonly name: string;
  readonly controller?: boolean;
}

const DATA_HASH = 'reconcile.external-secrets.io/data-hash';

/** Of a Secret's data, by which the operator sees that somebody has changed it. */
export const dataHash = ({ data = {} }: Pick<Stored, 'data'>): string =>
  sha256Hex(JSON.stringify(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1))));

/** Whether it holds what the operator wrote last. */
export const isAsWritten = (secret: Stored): boolean => secret.metadata.annotations?.[DATA_HASH] === dataHash(secret);

const ownedBy = ({ es, at, secret }: Meeting): readonly Owner[] => {
  const owners: readonly Owner[] = secret?.metadata.ownerReferences ?? [];
  const me = es.metadata.name as string;
  const isMine = ({ kind, name }: Owner): boolean => kind === 'ExternalSecret' && name === me;
  const { creationPolicy = 'Owner' } = es.spec.target ?? {};
  if (creationPolicy === 'Orphan') return owners.filter((one) => !isMine(one));
  if (creationPolicy !== 'Owner') return owners;
  const other = owners.find((one) => one.controller === true && !isMine(one));
  if (other?.kind === 'ExternalSecret')
    throw new Refused({
      condition: 'target is owned by another ExternalSecret',
      event: `unable to mutate secret ${at.name}: secret is owned by another ExternalSecret: ${other.name}`,
    });
  if (other !== undefined)
    throw new Refused({
      condition: 'failed to take ownership of target secret',
      event: `unable to mutate secret ${at.name}: Object ${at.namespace}/${at.name} is already owned by another ${other.kind} controller ${other.name}`,
    });
  return [...owners.filter((one) => !isMine(one)), { kind: 'ExternalSecret', name: me, controller: true }];
};

const encoded = (data: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(data).map(([name, text]) => [name, Buffer.from(text).toString('base64')]));

/** The Secret as it is to be written; undefined: nothing is written. Refused: as the operator and the API server refuse. */
export const secretAfter = (meeting: Meeting): Stored | undefined => {
  const { es, at, secret, rendered } = meeting;
  const { creationPolicy = 'Owner', immutable = false } = es.spec.target ?? {};
  if (creationPolicy === 'None' || (secret !== undefined && immutable)) return undefined;
  if (secret === undefined && creationPolicy === 'Merge')
    throw new Refused({ condition: 'could not update secret', event: `secret "${at.name}" not found` });
  const ownerReferences = ownedBy(meeting);
  if (secret !== undefined && secret.type !== rendered.type)
    throw new Refused({
      condition: 'could not update secret',
      event: `unable to update secret ${at.name}: Secret "${at.name}" is invalid: type: Invalid value: "${rendered.type}": field is immutable`,
    });
  const keeps = creationPolicy === 'Merge' || creationPolicy === 'CreateOrMerge';
  const data = { ...(keeps ? secret?.data : {}), ...encoded(rendered.data) };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: rendered.type,
    ...(immutable ? { immutable } : {}),
    metadata: {
      ...secret?.metadata,
      name: at.name,
      namespace: at.namespace,
      labels: { ...secret?.metadata.labels, ...rendered.labels },
      annotations: { ...secret?.metadata.annotations, ...rendered.annotations, [DATA_HASH]: dataHash({ data }) },
      ownerReferences,
    },
    data,
  };
};
