// Why a cluster does not hold what it should, in words: the field at fault and the way out. Pure; an ordered list of named
// checks. The operator's words differ by its version: what they tell is a table (docs/codes.md).
import { certificateSecret } from '../names.ts';
import type { SyncSettings } from './context.ts';
import type { Fault } from './fault.ts';
import type { Pair } from './look.ts';
import { type Delivery, type Held, publicName } from './model.ts';
import { ofAws, ofTheSecret } from './operator-words.ts';
import type { ExternalSecretState } from './ports.ts';

/** What is known when a delivery was not proven. */
export interface Evidence {
  readonly delivery: Delivery;
  readonly pair: Pair;
  /** The same before the operator was asked to look. */
  readonly before?: Pair;
  /** Which of the two was not seen to come. */
  readonly late: 'companion' | 'main';
  readonly held?: Held;
  readonly settings: SyncSettings;
}

type Check = (evidence: Evidence) => Fault | undefined;

const TLS = 'kubernetes.io/tls';

/** Like `ExternalSecret shop/web-tls`. */
const named = ({ target }: Delivery, which: 'main' | 'companion'): string => {
  const name = which === 'main' ? target.secret : publicName(target.secret);
  return target.kind === 'ExternalSecret'
    ? `ExternalSecret ${target.namespace}/${name}`
    : `ClusterExternalSecret ${name}`;
};

/** In the order in which they are looked at: the Secret's own first. */
const each = (
  { delivery, pair }: Evidence,
  check: (state: ExternalSecretState, name: string, which: 'main' | 'companion') => Fault | undefined,
): Fault | undefined => {
  for (const which of ['main', 'companion'] as const) {
    const state = pair[which];
    const fault = state && check(state, named(delivery, which), which);
    if (fault !== undefined) return fault;
  }
  return undefined;
};

const missing: Check = ({ delivery, pair }) =>
  pair.main === undefined ? { code: 'TARGET_MISSING', message: `there is no ${named(delivery, 'main')}` } : undefined;

const publicMissing: Check = ({ delivery, pair }) =>
  pair.companion === undefined
    ? {
        code: 'TARGET_PUBLIC_MISSING',
        message: `there is no ${named(delivery, 'companion')}; the Secret itself was told to refresh, but nothing proves that it did`,
      }
    : undefined;

/** `0`, `0s`, `0h0m0s`. */
const isZero = (interval: string): boolean => interval !== '' && !/[1-9]/.test(interval);

const neverRefreshes: Check = (evidence) =>
  each(evidence, ({ refreshPolicy, refreshInterval }, name) => {
    if (refreshPolicy === 'CreatedOnce')
      return {
        code: 'TARGET_NEVER_REFRESHES',
        message: `${name}: spec.refreshPolicy is CreatedOnce, so it is never refreshed; set Periodic`,
      };
    if (refreshPolicy !== 'OnChange' && isZero(refreshInterval))
      return {
        code: 'TARGET_NEVER_REFRESHES',
        message: `${name}: spec.refreshInterval is ${refreshInterval}, which stops every refresh, also the one that is asked for; set 12h`,
      };
    return undefined;
  });

const immutable: Check = (evidence) =>
  each(evidence, (state, name) =>
    state.immutable
      ? {
          code: 'TARGET_IMMUTABLE',
          message: `${name}: spec.target.immutable is true, so the Secret stays as it is while the operator says that all is well`,
        }
      : undefined,
  );

const otherTarget: Check = ({ delivery, pair: { main } }) => {
  const { secret } = delivery.target;
  if (main === undefined || main.targetName === secret) return undefined;
  return {
    code: 'TARGET_KEY',
    message: `${named(delivery, 'main')}: spec.target.name is ${main.targetName}, but the Secret is called ${secret}`,
  };
};

const otherType: Check = ({ delivery, pair: { main } }) => {
  if (main?.templateType === undefined || main.templateType === TLS) return undefined;
  return {
    code: 'TARGET_TYPE',
    message: `${named(delivery, 'main')}: spec.target.template.type is ${main.templateType}, not ${TLS}; a Secret keeps the type that it was made with`,
  };
};

const storeName = ({ store }: ExternalSecretState): string => `${store.kind} ${store.name}`;
const isSame = (a: ExternalSecretState, b: ExternalSecretState): boolean =>
  storeName(a) === storeName(b) && a.keys.length === b.keys.length && a.keys.every((key) => b.keys.includes(key));

/** The canary proves the Secret only where both read the same secret by the same store. */
const pairDiffers: Check = ({ delivery, pair: { main, companion } }) => {
  if (main === undefined || companion === undefined || isSame(main, companion)) return undefined;
  const say = (state: ExternalSecretState) => `${state.keys.join(', ') || 'nothing'} by ${storeName(state)}`;
  return {
    code: storeName(main) === storeName(companion) ? 'TARGET_KEY' : 'TARGET_STORE',
    message: `${named(delivery, 'main')} reads ${say(main)}, its companion ${say(companion)}: by the one the other cannot be proven`,
  };
};

/** A version that is named stays, however often the operator looks. */
const pinned: Check = (evidence) =>
  each(evidence, ({ versions = [] }, name) => {
    const { versionId } = evidence.delivery.wanted;
    const other = versions.find((version) => version !== 'AWSCURRENT' && version !== `uuid/${versionId}`);
    if (other === undefined) return undefined;
    return {
      code: 'TARGET_KEY',
      message: `${name}: spec.data[].remoteRef.version is ${other}, so it keeps to that version; leave it out`,
    };
  });

const provisioning: Check = ({ delivery, pair: { main } }) => {
  if (delivery.target.kind !== 'ClusterExternalSecret' || main === undefined) return undefined;
  const failed = main.failed ?? [];
  if (failed.length > 0)
    return {
      code: 'TARGET_REFUSED',
      message: `${named(delivery, 'main')} could not be provisioned: ${failed.map(({ namespace, reason }) => `${namespace}: ${reason}`).join('; ')}`,
    };
  if ((main.provisioned ?? []).length > 0) return undefined;
  return {
    code: 'TARGET_MISSING',
    message: `${named(delivery, 'main')} is in no namespace: none has all the labels of evercert.dev/namespace-selector, or the operator runs without its controller of ClusterExternalSecrets`,
  };
};

const secretWords: Check = (evidence) => each(evidence, (state, name) => ofTheSecret(state, name));
const awsWords: Check = (evidence) => each(evidence, (state, name) => ofAws(state, name));

const wrongStore: Check = (evidence) => {
  const { kind, name: store } = evidence.settings.cluster.store;
  return each(evidence, (state, name) =>
    storeName(state) === `${kind} ${store}`
      ? undefined
      : {
          code: 'TARGET_STORE',
          message: `${name}: spec.secretStoreRef is ${storeName(state)}; the setting "clusters" says ${kind} ${store}`,
        },
  );
};

/** The name itself, an ARN of it (with or without its six random characters), or what a store's prefix leaves of it. */
const reads = (key: string, secret: string): boolean => {
  const name = /^arn:[^:]+:secretsmanager:[^:]*:[^:]*:secret:(.+)$/.exec(key)?.[1] ?? key;
  return (
    name === secret || name.replace(/-[A-Za-z0-9]{6}$/, '') === secret || (name !== '' && secret.endsWith(`/${name}`))
  );
};

const wrongKey: Check = (evidence) => {
  const secret = certificateSecret(evidence.settings.prefix, evidence.delivery.target.certificate);
  return each(evidence, ({ keys }, name) => {
    const wrong = keys.filter((key) => !reads(key, secret));
    if (keys.length > 0 && wrong.length === 0) return undefined;
    const said = keys.length === 0 ? 'names no secret' : `names ${wrong.join(', ')}`;
    return {
      code: 'TARGET_KEY',
      message: `${name}: spec.data[].remoteRef.key ${said}; the certificate lies in ${secret}`,
    };
  });
};

const notLooked: Check = ({ delivery, pair, before, late }) => {
  // Of a ClusterExternalSecret the copies look, and they tell nothing here.
  if (delivery.target.kind === 'ClusterExternalSecret' || before === undefined) return undefined;
  if (pair[late]?.syncedResourceVersion !== before[late]?.syncedResourceVersion) return undefined;
  return {
    code: 'TARGET_NOT_LOOKED',
    message: `the External Secrets Operator has not refreshed ${named(delivery, late)} since it was asked to (last: ${pair[late]?.refreshTime ?? 'never'})`,
  };
};

const stale: Check = ({ delivery: { target, wanted }, late, held }) => {
  const name = publicName(target.secret);
  if (held === undefined)
    return { code: 'TARGET_STALE', message: `the Secret ${name} is not there, or holds no certificate` };
  if (held.versionId !== wanted.versionId)
    return {
      code: 'TARGET_STALE',
      message: `the Secret ${name} holds version ${held.versionId || 'without a name'}, not ${wanted.versionId}`,
    };
  if (held.fingerprint !== wanted.fingerprint)
    return {
      code: 'TARGET_STALE',
      message: `the Secret ${name} says version ${held.versionId}, but its certificate is another one (SHA-256 ${held.fingerprint})`,
    };
  return {
    code: 'TARGET_STALE',
    message: `the ${late === 'main' ? `Secret ${target.secret} was not seen to be refreshed` : `Secret ${name} came late`}, though version ${held.versionId} has arrived in the cluster`,
  };
};

const first = (checks: readonly Check[], evidence: Evidence): Fault | undefined => {
  for (const check of checks) {
    const fault = check(evidence);
    if (fault !== undefined) return fault;
  }
  return undefined;
};

/** With these no refresh could ever be proven: nothing need be waited for. */
const HOPELESS: readonly Check[] = [
  missing,
  neverRefreshes,
  immutable,
  otherTarget,
  otherType,
  pinned,
  pairDiffers,
  provisioning,
];

/** What can be said before anything is asked of the operator; undefined: it is worth asking. */
export const hopeless = (evidence: Evidence): Fault | undefined => first(HOPELESS, evidence);

const CHECKS: readonly Check[] = [
  ...HOPELESS,
  publicMissing,
  secretWords,
  wrongStore,
  wrongKey,
  awsWords,
  notLooked,
  stale,
];

/** Why a delivery was not proven; never without an answer. */
export const diagnose = (evidence: Evidence): Fault => first(CHECKS, evidence)!;
