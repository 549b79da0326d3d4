// The cloud of the journey test with its second Pebble, and the looks that the sentences need. It must never assert.
import { fileURLToPath } from 'node:url';
import { FAILING_INDEX } from '#core/ledger-format.ts';
import { SHARDS } from '#core/names.ts';
import type { LedgerLook } from '#local/cloud/ledger-look.ts';
import type { Cloud } from '#local/cloud/options.ts';
import { isCurrent, type StoredVersion } from '#local/cloud/secret-look.ts';
import { startCloud } from '#local/cloud/start.ts';
import type { RecordedCall } from '#local/gateway/calls.ts';
import { PROFILES, type RunningPebble } from '#local/parts/pebble.ts';
import { type EventQueue, listen } from './event-queue.ts';
import { CADDY, FIRST, REUSING, VALIDATION_ZONE, ZONES } from './journey-declarations.ts';
import { authorityOf, startReusing } from './second-pebble.ts';

const HOST = {
  root: fileURLToPath(new URL('../../..', import.meta.url)),
  hostEnv: process.env,
  reporter: ({ step, text }: { step: string; text: string }): void => console.error(`${step}: ${text}`),
};

/** Common name of a certificate's subject. */
export const commonName = (subject: string): string => /^CN=(.*)$/m.exec(subject)?.[1] ?? '';

/** Reasons of all outcomes of one certificate, oldest first. */
export const reasonsOf = ({ history }: LedgerLook, name: string): (string | undefined)[] =>
  history.filter((record) => record.name === `default/${name}`).map(({ reason }) => reason);

const looks = (cloud: Cloud) => {
  const callsOf = (appId: string, action: string): RecordedCall[] =>
    cloud.gateway.calls().filter((call) => call.appId === appId && call.action === action);
  return {
    /** The current version of `default/<name>`. */
    currentOf: async (name: string): Promise<StoredVersion> => {
      const current = (await cloud.versions(`default/${name}`)).find(isCurrent);
      if (current === undefined) throw new Error(`default/${name} has no current version`);
      return current;
    },
    callsOf,
    /** Who asked for a sweep; all others are the schedule's. */
    wakes: (): (string | undefined)[] =>
      cloud.gateway
        .calls()
        .filter(({ action }) => action === 'lambda:InvokeFunction')
        .map(({ appId }) => appId),
    /** Sweeps that came to their end, where they count what fails, shard by shard. */
    sweeps: (): number =>
      callsOf('evercert-sweep', 'dynamodb:Query').filter(({ resource }) => resource.index === FAILING_INDEX.name)
        .length / SHARDS,
    /** Accepted changes of a TXT name. */
    changesAt: (name: string, action: 'UPSERT' | 'DELETE'): RecordedCall[] =>
      callsOf('evercert-advance', 'route53:ChangeResourceRecordSets').filter(
        ({ resource, status }) =>
          status === 200 && resource.recordNames?.includes(name) && resource.recordActions?.includes(action),
      ),
  };
};

/** Pebble at its least polite. */
const PEBBLE = {
  profiles: { ...PROFILES, 'forty-seconds': { description: 'renewed while we look', validitySeconds: 40 } },
  nonceRejectPercent: 30,
  authorizationReusePercent: 50,
  validationSleepSeconds: 1,
  chainLength: 3,
  alternateRoots: 2,
} as const;

export type JourneyStage = Awaited<ReturnType<typeof startJourney>>;

/** Starts everything and makes the first deploy; on a failure nothing is left running. */
export const startJourney = async () => {
  let reusing: RunningPebble | undefined;
  const cloud = await startCloud({
    ...HOST,
    name: 'journey',
    declarations: FIRST,
    zones: ZONES,
    validationZones: [VALIDATION_ZONE],
    settings: { inFlight: 25 },
    caddyFor: ({ acme }) => acme.server === CADDY,
    caFor: ({ acme }) => (acme.server === REUSING && reusing !== undefined ? authorityOf(reusing) : undefined),
    pebble: PEBBLE,
  });
  const stop = async (): Promise<void> => {
    await reusing?.stop();
    await cloud.stop();
  };
  try {
    const queue: EventQueue = await listen(cloud);
    /** Told before anybody listened. */
    const unheard = new Set((await cloud.look()).history.map(({ id }) => id));
    reusing = await startReusing(cloud, HOST);
    const roots = {
      pebble: await cloud.pebble.rootPem(),
      alternate: await cloud.pebble.alternateRootPem(1),
      reusing: await reusing.rootPem(),
      caddy: await cloud.caddy!.rootPem(),
    };
    const directories = [cloud.pebble.directoryUrl, reusing.directoryUrl, cloud.caddy!.directoryUrl];
    return { cloud, queue, unheard, roots, directories, ...looks(cloud), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
