// The journey on the real parts: the schedule, Step Functions, Route53 and Secrets Manager of the emulator, Pebble at its
// least polite, Caddy. Three deploys; what is asserted is what a user could see.
import { readFileSync } from 'node:fs';
import { CreateSecretCommand, DescribeSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cloud } from '#local/cloud/options.ts';
import type { StoredVersion } from '#local/cloud/secret-look.ts';
import { watchValues } from '#test/support/e2e/dns-watch.ts';
import { DELEGATED, DELEGATED_TO, EXTERNAL_ID, MANY, second, third } from '#test/support/e2e/journey-declarations.ts';
import { commonName, type JourneyStage, reasonsOf, startJourney } from '#test/support/e2e/journey-stage.ts';
import { accountUrls, stagingLabels, txtBook } from '#test/support/e2e/leftovers.ts';
import { changeRecords, cname, multivalueTxt, plainTxt, standingTxt } from '#test/support/e2e/records.ts';
import { certificatesOf, handshake, leadsTo, namesOf } from '#test/support/e2e/served.ts';
import { until, untilApplied, untilCurrent } from '#test/support/e2e/until.ts';

const DAY = 86_400_000;
const PLAIN = plainTxt('_acme-challenge.in-the-way.example.com', 'somebody else was here');
const BESIDE = multivalueTxt('_acme-challenge.beside.example.com', 'of another client');
const FOREIGN = { Name: 'evercert/default/foreign-secret', SecretString: 'of somebody else' };

let stage: JourneyStage;
let cloud: Cloud;

/** As `preferredChain` names it. */
const alternateName = (): string => commonName(certificatesOf(stage.roots.alternate)[0]!.subject);

const foreignIsUntouched = async (): Promise<void> => {
  const { secrets } = cloud.directClients;
  const { Tags, VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId: FOREIGN.Name }));
  expect(Tags ?? []).toEqual([]);
  expect(Object.values(VersionIdsToStages)).toEqual([['AWSCURRENT']]);
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: FOREIGN.Name }));
  expect(SecretString).toBe(FOREIGN.SecretString);
};

const verified = async (name: string, dnsNames: readonly string[], root: string): Promise<StoredVersion> => {
  const current = await stage.currentOf(name);
  expect(namesOf(current.chainPem)).toEqual([...dnsNames].sort());
  expect(leadsTo(current.chainPem, root)).toBe(true);
  for (const dnsName of dnsNames)
    expect(await handshake(current, root, dnsName.replace('*', 'any'))).toBe(current.fingerprint);
  return current;
};

beforeAll(async () => {
  stage = await startJourney();
  cloud = stage.cloud;
});

afterAll(() => stage?.stop());

describe('after the first deploy', () => {
  it('25 certificates start together, with one account, and each is served and verified with its whole chain', async () => {
    await untilCurrent(
      cloud,
      MANY.map(({ name }) => `default/${name}`),
    );
    for (const { name, dnsNames, keyBegins } of MANY) {
      const { chainPem, keyPem } = await verified(name, dnsNames, stage.roots.pebble);
      expect(certificatesOf(chainPem)).toHaveLength(4);
      expect(keyPem.split('\n')[0]).toBe(keyBegins);
    }
    const registered = readFileSync(cloud.pebble.logFile, 'utf8').match(/There are now \d+ accounts in memory/g);
    expect(registered).toEqual(['There are now 1 accounts in memory']);
  });

  it('the profile reaches the CA', async () => {
    await untilCurrent(cloud, ['default/profiled']);
    const leaf = certificatesOf((await stage.currentOf('profiled')).chainPem)[0]!;
    expect(Math.round((leaf.validToDate.getTime() - leaf.validFromDate.getTime()) / DAY)).toBe(45);
  });

  it('Caddy issues as well', async () => {
    await untilCurrent(cloud, ['default/by-caddy']);
    await verified('by-caddy', ['caddy.example.org', '*.caddy.example.org'], stage.roots.caddy);
  });

  it('a name that no zone covers fails with its code and its next try a day later, and holds up no other', async () => {
    const failure = await until(cloud, 'default/lost fails', ({ rows }) => rows.get('default/lost')?.progress.failure);
    expect(failure).toMatchObject({ code: 'DNS_NO_ZONE', class: 'human', count: 1 });
    expect(failure.message).toContain(
      'no public hosted zone of ours covers _acme-challenge.www.nowhere.dev (seen before an order was opened) (fix: ',
    );
    expect(new Date(failure.retryAt).getTime() - new Date(failure.at).getTime()).toBe(DAY);
    expect(await cloud.versions('default/lost')).toEqual([]);
    const without = await until(cloud, 'all others are current', ({ rows }) => {
      const found = [...rows.values()].filter(({ progress }) => progress.current === undefined);
      return found.length === 1 ? found : undefined;
    });
    expect(without.map(({ name }) => name)).toEqual(['default/lost']);
  });

  it("a solver's role is assumed with its external id, and Route53 is asked in its session", async () => {
    await untilCurrent(cloud, ['default/assumed']);
    await verified('assumed', ['assumed.example.org'], stage.roots.pebble);
    const assumed = stage.callsOf('evercert-advance', 'sts:AssumeRole');
    expect(assumed.map(({ resource }) => resource)).toContainEqual({
      roleArn: 'arn:aws:iam::000000000000:role/dns-solver',
      externalId: EXTERNAL_ID,
    });
    const inSession = ({ accessKeyId = '' }): boolean => accessKeyId.startsWith('ASIA');
    const kinds = ['UPSERT', 'DELETE'] as const;
    const at = (name: string) => kinds.map((kind) => stage.changesAt(`_acme-challenge.${name}`, kind).map(inSession));
    expect(at('assumed.example.org')).toEqual([[true], [true]]);
    expect(at('profiled.example.com')).toEqual([[false], [false]]);
  });
});

describe('after the second deploy', () => {
  let mostDelegated: () => number;
  let removed: readonly StoredVersion[];

  beforeAll(async () => {
    await untilCurrent(cloud, ['default/renamed', 'default/moved', 'default/removed']);
    removed = await cloud.versions('default/removed');
    await changeRecords(cloud, 'example.com', 'CREATE', [PLAIN, BESIDE]);
    await changeRecords(
      cloud,
      'example.net',
      'CREATE',
      DELEGATED.map(({ dnsNames }) => cname(`_acme-challenge.${dnsNames[0]}`, DELEGATED_TO)),
    );
    await cloud.directClients.secrets.send(new CreateSecretCommand(FOREIGN));
    mostDelegated = watchValues(cloud, DELEGATED_TO);
    // Long enough for the nine to meet.
    cloud.gateway.settings.insyncAfterMs = 1_500;
    await cloud.deploy(second(alternateName()));
    await untilApplied(cloud);
  });

  it('changed names and a changed server are reasons for a new certificate', async () => {
    const look = await untilCurrent(cloud, ['default/renamed', 'default/moved']);
    expect(reasonsOf(look, 'renamed')).toEqual(['SecretMissing', 'RequestChanged']);
    expect(reasonsOf(look, 'moved')).toEqual(['SecretMissing', 'IssuerChanged']);
    await verified('renamed', ['renamed.example.com', 'more.example.org'], stage.roots.pebble);
    await verified('moved', ['moved.example.com'], stage.roots.caddy);
  });

  it('a removed declaration is retired: its secret stays as it was, and it is not looked at again', async () => {
    const row = await until(cloud, 'default/removed is retired', ({ rows }) => {
      const one = rows.get('default/removed');
      return one?.progress.retiredGeneration === one?.generation ? one : undefined;
    });
    expect(row?.nextActionAt).toBeUndefined();
    expect(await cloud.versions('default/removed')).toEqual(removed);
    expect(removed).toHaveLength(1);
  });

  it('preferredChain picks the chain that leads to the named root', async () => {
    await untilCurrent(cloud, ['default/alternate']);
    const { chainPem } = await verified('alternate', ['alternate.example.com'], stage.roots.alternate);
    expect(leadsTo(chainPem, stage.roots.pebble)).toBe(false);
  });

  it('nine certificates that are delegated to one TXT name are all issued', async () => {
    await untilCurrent(
      cloud,
      DELEGATED.map(({ name }) => `default/${name}`),
    );
    for (const { name, dnsNames } of DELEGATED) await verified(name, dnsNames, stage.roots.pebble);
    expect(stage.changesAt(DELEGATED_TO, 'UPSERT')).toHaveLength(9);
    const most = mostDelegated();
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(8);
  });

  it("others' values at the challenge name are no hindrance, and stay", async () => {
    await untilCurrent(cloud, ['default/beside']);
    await verified('beside', ['beside.example.com'], stage.roots.pebble);
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
    await foreignIsUntouched();
  });
});

describe('after the third deploy', () => {
  beforeAll(async () => {
    await untilCurrent(cloud, ['default/reused']);
    cloud.gateway.settings.insyncAfterMs = 0;
    await changeRecords(cloud, 'example.com', 'DELETE', [PLAIN]);
    await cloud.deploy(third(alternateName()));
    await untilApplied(cloud);
  });

  it('what a record had stopped is issued', async () => {
    const look = await untilCurrent(cloud, ['default/in-the-way']);
    await verified('in-the-way', ['in-the-way.example.com'], stage.roots.pebble);
    expect(look.rows.get('default/in-the-way')?.progress.failure).toBeUndefined();
  });

  it('an order whose authorizations are all valid already needs no record', async () => {
    const look = await untilCurrent(cloud, ['default/reused']);
    expect(reasonsOf(look, 'reused')).toEqual(['SecretMissing', 'KeyChanged']);
    await verified('reused', ['reused.example.org', '*.reused.example.org'], stage.roots.reusing);
    expect(stage.changesAt('_acme-challenge.reused.example.org', 'UPSERT')).toHaveLength(1);
  });
});

describe('in the end', () => {
  it('the schedule fires by itself: more sweeps than deploys asked for, and a short life was renewed', async () => {
    const look = await until(cloud, 'default/short is renewed', (seen) =>
      reasonsOf(seen, 'short').includes('NearExpiry') ? seen : undefined,
    );
    expect(reasonsOf(look, 'short').slice(0, 2)).toEqual(['SecretMissing', 'NearExpiry']);
    expect(stage.wakes()).toEqual(Array(3).fill('evercert-deployed'));
    expect(await until(cloud, 'a sweep beside those', () => (stage.sweeps() > 3 ? true : undefined))).toBe(true);
  });

  it('there is one account at each CA', async () => {
    const origins = (await accountUrls(cloud)).map((url) => new URL(url).origin);
    expect(origins.sort()).toEqual(stage.directories.map((url) => new URL(url).origin).sort());
  });

  it('nothing of ours is left: no TXT value, no entry in the book, no staging label', async () => {
    // The short life is renewed at every tick: what is asked for is a moment between two of them.
    const standing = await until(cloud, 'nothing is left', async ({ rows }) => {
      const working = [...rows.values()].filter(({ progress }) => progress.work !== undefined);
      const txt = await standingTxt(cloud);
      const left = [...(await txtBook(cloud)), ...(await stagingLabels(cloud)), ...working, ...txt.slice(1)];
      return left.length === 0 ? txt : undefined;
    });
    expect(standing).toEqual(['_acme-challenge.beside.example.com "of another client"']);
    await foreignIsUntouched();
  });

  it('each outcome was told once, in an event that carries its record', async () => {
    const sent = () => stage.callsOf('evercert-advance', 'events:PutEvents').filter(({ status }) => status === 200);
    const { history } = await until(cloud, 'each outcome is told and heard, and no more', async (look) => {
      const heard = new Set((await stage.queue.heard()).map(({ detail }) => detail.id));
      const isTold = look.history.every(({ id }) => heard.has(id) || stage.unheard.has(id));
      return isTold && sent().length === look.history.length ? look : undefined;
    });
    const heard = await stage.queue.heard();
    const ids = heard.map(({ detail }) => detail.id);
    expect(new Set(ids).size).toBe(ids.length);
    // Superseded: the try that the plain TXT record had stopped, ended by the changed declaration. Overdue is no outcome: what
    // lives for minutes may be late by its own measure while the other tests have the machine.
    const kinds = new Set(heard.map((event) => event['detail-type']));
    kinds.delete('Evercert Certificate Overdue');
    expect([...kinds].sort()).toEqual([
      'Evercert Certificate Failed',
      'Evercert Certificate Issued',
      'Evercert Certificate Renewed',
      'Evercert Certificate Retired',
      'Evercert Certificate Superseded',
    ]);
    const record = history.find(({ name, reason }) => name === 'default/renamed' && reason === 'RequestChanged')!;
    const { detail } = heard.find((event) => event.detail.id === record.id)!;
    const { fingerprint, versionId } = await stage.currentOf('renamed');
    expect(detail).toMatchObject({ schema: 1, certificate: 'default/renamed', fingerprint, versionId });
  });
});
