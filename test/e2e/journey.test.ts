// The journey on the real parts: the schedule, Step Functions, Route53 and Secrets Manager of the emulator, Pebble at its
// least polite, Caddy. Three deploys; what is asserted is what a user could see.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LedgerLook } from '#local/cloud/ledger-look.ts';
import type { Cloud } from '#local/cloud/options.ts';
import { isCurrent, type StoredVersion } from '#local/cloud/secret-look.ts';
import { startCloud } from '#local/cloud/start.ts';
import { PROFILES } from '#local/parts/pebble.ts';
import { type EventQueue, listen } from '#test/support/e2e/event-queue.ts';
import {
  DELEGATED,
  DELEGATED_TO,
  EXTERNAL_ID,
  FIRST,
  MANY,
  second,
  third,
  VALIDATION_ZONE,
  ZONES,
} from '#test/support/e2e/journey-declarations.ts';
import { accountUrls, stagingLabels, txtBook } from '#test/support/e2e/leftovers.ts';
import { changeRecords, cname, multivalueTxt, plainTxt, standingTxt } from '#test/support/e2e/records.ts';
import { certificatesOf, handshake, leadsTo, namesOf } from '#test/support/e2e/served.ts';
import { until, untilCurrent } from '#test/support/e2e/until.ts';

const DAY = 86_400_000;
const PLAIN = plainTxt('_acme-challenge.in-the-way.example.com', 'somebody else was here');
const BESIDE = multivalueTxt('_acme-challenge.beside.example.com', 'of another client');

let cloud: Cloud;
let queue: EventQueue;
let pebbleRoot: string;
let alternateRoot: string;
let caddyRoot: string;
/** Outcomes that were told before anybody listened. */
let unheard: number;
const removedBefore: { versions: readonly StoredVersion[] } = { versions: [] };

const currentOf = async (name: string): Promise<StoredVersion> => {
  const current = (await cloud.versions(`default/${name}`)).find(isCurrent);
  if (current === undefined) throw new Error(`default/${name} has no current version`);
  return current;
};
const reasonsOf = ({ history }: LedgerLook, name: string): (string | undefined)[] =>
  history.filter((record) => record.name === `default/${name}`).map(({ reason }) => reason);
const commonName = (pem: string): string => /^CN=(.*)$/m.exec(certificatesOf(pem)[0]!.subject)![1]!;
const callsOf = (appId: string, action: string) =>
  cloud.gateway.calls().filter((call) => call.appId === appId && call.action === action);
/** Sweeps that a deploy asked for; there is no other way than these and the schedule. */
const wakes = () => cloud.gateway.calls().filter(({ action }) => action === 'lambda:InvokeFunction');

const verified = async (name: string, dnsNames: readonly string[], root: string): Promise<StoredVersion> => {
  const current = await currentOf(name);
  expect(namesOf(current.chainPem)).toEqual([...dnsNames].sort());
  expect(leadsTo(current.chainPem, root)).toBe(true);
  for (const dnsName of dnsNames)
    expect(await handshake(current, root, dnsName.replace('*', 'any'))).toBe(current.fingerprint);
  return current;
};

beforeAll(async () => {
  cloud = await startCloud({
    root: fileURLToPath(new URL('../..', import.meta.url)),
    hostEnv: process.env,
    reporter: ({ step, text }) => console.error(`${step}: ${text}`),
    name: 'journey',
    declarations: FIRST,
    zones: ZONES,
    validationZones: [VALIDATION_ZONE],
    settings: { inFlight: 25 },
    caddyFor: ({ acme }) => new URL(acme.server).hostname.startsWith('caddy'),
    pebble: {
      profiles: { ...PROFILES, 'ninety-seconds': { description: 'renewed while we look', validitySeconds: 90 } },
      nonceRejectPercent: 30,
      authorizationReusePercent: 50,
      validationSleepSeconds: 1,
      chainLength: 3,
      alternateRoots: 2,
    },
  });
  queue = await listen(cloud);
  unheard = (await cloud.look()).history.length;
  pebbleRoot = await cloud.pebble.rootPem();
  alternateRoot = await cloud.pebble.alternateRootPem(1);
  caddyRoot = await cloud.caddy!.rootPem();
});

afterAll(() => cloud?.stop());

describe('after the first deploy', () => {
  it('25 certificates start together, with one account, and each is served and verified with its whole chain', async () => {
    await untilCurrent(
      cloud,
      MANY.map(({ name }) => `default/${name}`),
    );
    for (const { name, dnsNames, keyBegins } of MANY) {
      const { chainPem, keyPem } = await verified(name, dnsNames, pebbleRoot);
      expect(certificatesOf(chainPem)).toHaveLength(4);
      expect(keyPem.split('\n')[0]).toBe(keyBegins);
    }
    const registered = readFileSync(cloud.pebble.logFile, 'utf8').match(/There are now \d+ accounts in memory/g);
    expect(registered).toEqual(['There are now 1 accounts in memory']);
  });

  it('the profile reaches the CA', async () => {
    await untilCurrent(cloud, ['default/profiled']);
    const leaf = certificatesOf((await currentOf('profiled')).chainPem)[0]!;
    expect(Math.round((leaf.validToDate.getTime() - leaf.validFromDate.getTime()) / DAY)).toBe(45);
  });

  it('Caddy issues as well', async () => {
    await untilCurrent(cloud, ['default/by-caddy']);
    await verified('by-caddy', ['caddy.example.org', '*.caddy.example.org'], caddyRoot);
  });

  it('a name that no zone covers fails with its code and its next try a day later', async () => {
    const failure = await until(cloud, 'default/lost fails', ({ rows }) => rows.get('default/lost')?.progress.failure);
    expect(failure).toMatchObject({ code: 'DNS_NO_ZONE', class: 'human', count: 1 });
    expect(failure.message).toContain('no public hosted zone of ours covers _acme-challenge.www.nowhere.dev (fix: ');
    expect(new Date(failure.retryAt).getTime() - new Date(failure.at).getTime()).toBe(DAY);
    expect(await cloud.versions('default/lost')).toEqual([]);
  });

  it("a solver's role is assumed with its external id, and Route53 is asked in its session", async () => {
    await untilCurrent(cloud, ['default/assumed']);
    await verified('assumed', ['assumed.example.org'], pebbleRoot);
    const assumed = callsOf('evercert-advance', 'sts:AssumeRole');
    expect(assumed.map(({ resource }) => resource)).toContainEqual({
      roleArn: 'arn:aws:iam::000000000000:role/dns-solver',
      externalId: EXTERNAL_ID,
    });
    const changes = callsOf('evercert-advance', 'route53:ChangeResourceRecordSets');
    const own = changes.filter(({ resource }) => resource.recordNames?.includes('_acme-challenge.assumed.example.org'));
    expect(own.length).toBeGreaterThan(0);
    expect(own.every(({ accessKeyId }) => accessKeyId?.startsWith('ASIA'))).toBe(true);
    expect(changes.some(({ accessKeyId }) => accessKeyId?.startsWith('ASIA') === false)).toBe(true);
  });
});

describe('after the second deploy', () => {
  beforeAll(async () => {
    await untilCurrent(cloud, ['default/renamed', 'default/moved', 'default/removed']);
    removedBefore.versions = await cloud.versions('default/removed');
    await changeRecords(cloud, 'example.com', 'CREATE', [PLAIN, BESIDE]);
    await changeRecords(
      cloud,
      'example.net',
      'CREATE',
      DELEGATED.map(({ dnsNames }) => cname(`_acme-challenge.${dnsNames[0]}`, DELEGATED_TO)),
    );
    const foreign = { Name: 'evercert/default/foreign-secret', SecretString: 'of somebody else' };
    await cloud.directClients.secrets.send(new CreateSecretCommand(foreign));
    await cloud.deploy(second(commonName(alternateRoot)));
  });

  it('changed names and a changed server are reasons for a new certificate', async () => {
    const look = await untilCurrent(cloud, ['default/renamed', 'default/moved']);
    expect(reasonsOf(look, 'renamed')).toEqual(['SecretMissing', 'RequestChanged']);
    expect(reasonsOf(look, 'moved')).toEqual(['SecretMissing', 'IssuerChanged']);
    await verified('renamed', ['renamed.example.com', 'more.example.org'], pebbleRoot);
    await verified('moved', ['moved.example.com'], caddyRoot);
  });

  it('a removed declaration is retired: its secret stays as it was, and it is not looked at again', async () => {
    const row = await until(cloud, 'default/removed is retired', ({ rows }) => {
      const one = rows.get('default/removed');
      return one?.progress.retiredGeneration === one?.generation ? one : undefined;
    });
    expect(row?.nextActionAt).toBeUndefined();
    expect(await cloud.versions('default/removed')).toEqual(removedBefore.versions);
    expect(removedBefore.versions).toHaveLength(1);
  });

  it('preferredChain picks the chain that leads to the named root', async () => {
    await untilCurrent(cloud, ['default/alternate']);
    const { chainPem } = await verified('alternate', ['alternate.example.com'], alternateRoot);
    expect(leadsTo(chainPem, pebbleRoot)).toBe(false);
  });

  it('nine certificates that are delegated to one TXT name are all issued', async () => {
    await untilCurrent(
      cloud,
      DELEGATED.map(({ name }) => `default/${name}`),
    );
    for (const { name, dnsNames } of DELEGATED) await verified(name, dnsNames, pebbleRoot);
    const changes = callsOf('evercert-advance', 'route53:ChangeResourceRecordSets');
    const there = changes.filter(({ resource }) => resource.recordNames?.includes(DELEGATED_TO));
    expect(there.filter(({ resource }) => resource.recordActions?.includes('UPSERT'))).not.toHaveLength(0);
  });

  it("others' values at the challenge name are no hindrance, and stay", async () => {
    await untilCurrent(cloud, ['default/beside']);
    await verified('beside', ['beside.example.com'], pebbleRoot);
    expect(await standingTxt(cloud)).toContain('_acme-challenge.beside.example.com "of another client"');
  });

  it('a plain TXT record in the way is named, and stays', async () => {
    const failure = await until(
      cloud,
      'default/in-the-way fails',
      ({ rows }) => rows.get('default/in-the-way')?.progress.failure,
    );
    expect(failure).toMatchObject({ code: 'DNS_TXT_CONFLICT', class: 'human' });
    expect(failure.message).toContain('_acme-challenge.in-the-way.example.com');
    expect(await standingTxt(cloud)).toContain('_acme-challenge.in-the-way.example.com "somebody else was here"');
  });

  it('a secret of somebody else is left as it is', async () => {
    const failure = await until(
      cloud,
      'default/foreign-secret fails',
      ({ rows }) => rows.get('default/foreign-secret')?.progress.failure,
    );
    expect(failure).toMatchObject({ code: 'SECRET_FOREIGN', class: 'human' });
    const SecretId = 'evercert/default/foreign-secret';
    const found = await cloud.directClients.secrets.send(new GetSecretValueCommand({ SecretId }));
    expect(found.SecretString).toBe('of somebody else');
    expect(found.VersionStages).toEqual(['AWSCURRENT']);
  });
});

describe('after the third deploy', () => {
  beforeAll(async () => {
    await changeRecords(cloud, 'example.com', 'DELETE', [PLAIN]);
    await cloud.deploy(third(commonName(alternateRoot)));
  });

  it('what a record had stopped is issued', async () => {
    const look = await untilCurrent(cloud, ['default/in-the-way']);
    await verified('in-the-way', ['in-the-way.example.com'], pebbleRoot);
    expect(look.rows.get('default/in-the-way')?.progress.failure).toBeUndefined();
  });
});

describe('in the end', () => {
  it('the schedule fires by itself: more sweeps than deploys asked for, and a short life was renewed', async () => {
    const look = await until(cloud, 'default/short is renewed', (seen) =>
      reasonsOf(seen, 'short').includes('NearExpiry') ? seen : undefined,
    );
    expect(reasonsOf(look, 'short').slice(0, 2)).toEqual(['SecretMissing', 'NearExpiry']);
    expect(wakes().map(({ appId }) => appId)).toEqual(Array(3).fill('evercert-deployed'));
  });

  it('there is one account at Pebble and one at Caddy', async () => {
    expect((await accountUrls(cloud)).map((url) => new URL(url).hostname)).toEqual(['127.0.0.1', 'localhost']);
  });

  it('nothing of ours is left: no TXT value, no entry in the book, no staging label', async () => {
    await until(cloud, 'nothing is left', async ({ rows }) => {
      const working = [...rows.values()].filter(({ progress }) => progress.work !== undefined);
      const left = [...(await txtBook(cloud)), ...(await stagingLabels(cloud)), ...working];
      return left.length === 0 ? true : undefined;
    });
    expect(await standingTxt(cloud)).toEqual(['_acme-challenge.beside.example.com "of another client"']);
  });

  it('each outcome was told once', async () => {
    const { history } = await until(cloud, 'every outcome is heard', async (look) => {
      const heard = new Set((await queue.heard()).map(({ detail }) => detail.id));
      return look.history.slice(unheard).every(({ id }) => heard.has(id)) ? look : undefined;
    });
    const heard = await queue.heard();
    const ids = heard.map(({ detail }) => detail.id);
    expect(new Set(ids).size).toBe(ids.length);
    const told = callsOf('evercert-advance', 'events:PutEvents').filter(({ status }) => status === 200);
    expect(told).toHaveLength(history.length);
    expect(new Set(heard.map((event) => event['detail-type']))).toEqual(
      new Set([
        'Evercert Certificate Issued',
        'Evercert Certificate Renewed',
        'Evercert Certificate Failed',
        'Evercert Certificate Retired',
      ]),
    );
  });
});
