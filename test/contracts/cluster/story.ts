// What the cluster's contract suites have in common: a certificate that is delivered, its looks and its bumps. It must never
// know which cluster it is.
import { publicName, SYNC_ANNOTATION } from '#core/bridge/model.ts';
import type { ExternalSecretState } from '#core/bridge/ports.ts';
import { type Issued, issue } from '#test/support/cluster/issued.ts';
import { companion, main, type Otherwise } from './manifests.ts';
import type { At, ClusterStage } from './stage.ts';

export interface Story {
  readonly at: At;
  readonly publicAt: At;
  /** The secret's name in Secrets Manager. */
  readonly key: string;
  readonly first: Issued;
}

let told = 0;

/** Names that no other test of this process uses. */
export const names = (): Pick<Story, 'at' | 'publicAt' | 'key'> => {
  const name = `web-${process.pid}-${++told}`;
  const at = { namespace: 'shop', name };
  return { at, publicAt: { namespace: 'shop', name: publicName(name) }, key: `evercert/shop/${name}` };
};

export const stateOf = (stage: ClusterStage, at: At): Promise<ExternalSecretState | undefined> =>
  stage.api.externalSecret({ kind: 'ExternalSecret', ...at });

export const isReady = (state: ExternalSecretState | undefined): boolean => state?.ready?.status === 'True';
export const isFailed = (state: ExternalSecretState | undefined): boolean => state?.ready?.status === 'False';

export const bump = (stage: ClusterStage, at: At, value: string): Promise<boolean> =>
  stage.api.annotate({ kind: 'ExternalSecret', ...at, annotation: SYNC_ANNOTATION, value });

/** A first version, the ExternalSecret and its companion, both synced. */
export const delivered = async (stage: ClusterStage, otherwise: Otherwise = {}): Promise<Story> => {
  const story = { ...names(), first: await issue('web.example.com') };
  await stage.put(story.key, story.first);
  await stage.apply(main(story.at, story.key, otherwise), companion(story.at, story.key));
  for (const at of [story.at, story.publicAt]) await stage.eventually(() => stateOf(stage, at), isReady);
  return story;
};

/** Bumps and waits until the operator has looked and is content; gives the state then. */
export const synced = async (stage: ClusterStage, at: At, value: string): Promise<ExternalSecretState> => {
  const before = await stateOf(stage, at);
  await bump(stage, at, value);
  const after = await stage.eventually(
    () => stateOf(stage, at),
    (state) => isReady(state) && state?.syncedResourceVersion !== before?.syncedResourceVersion,
  );
  if (after === undefined) throw new Error(`there is no ExternalSecret ${at.name}`);
  return after;
};
