// Changes by hand, on the whole service in memory: noticed by the daily look, told once, repaired where declared or needed.
import { beforeEach, describe, expect, it } from 'vitest';
import { certificateYaml, issuerYaml, type World, world } from '#test/support/world.ts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const SECRET = 'evercert/default/web';
const TAG = 'evercert.dev/certificate';

let w: World;
const secret = () => w.secrets.model.secrets.get(SECRET)!;
const row = () => w.ledger.row('default/web')!;
const ours = () => row().progress.current!.versionId;
const told = () => w.bus.published().filter(({ detailType }) => detailType === 'Evercert Certificate Drifted');
const versionOf = (label: string) => [...secret().versions].find(([, { labels }]) => labels.has(label))?.[0];

const declared = (onDrift?: string): string => {
  const yaml = certificateYaml('web', ['web.example.com']);
  const annotated = yaml.replace('  name: web\n', `  name: web\n  annotations: {evercert.dev/on-drift: ${onDrift}}\n`);
  return issuerYaml() + (onDrift === undefined ? yaml : annotated);
};

const issued = async (onDrift?: string): Promise<void> => {
  w = world();
  await w.deploy(declared(onDrift));
  await w.tick();
};

const byHand = (text = '{"tls.crt":"theirs"}', id = 'by-hand-00000000000000000000000000'): void => {
  for (const { labels } of secret().versions.values()) {
    labels.delete('AWSPREVIOUS');
    if (labels.delete('AWSCURRENT')) labels.add('AWSPREVIOUS');
  }
  secret().versions.set(id, { text, labels: new Set(['AWSCURRENT']) });
};

const aDayLater = async () => {
  w.pass(DAY);
  return w.tick();
};

describe('a secret that nobody has touched', () => {
  beforeEach(() => issued());

  it('is looked at once a day by the sweep itself: one description, no execution, no value', async () => {
    const before = w.secrets.model.calls.length;
    const report = await aDayLater();
    expect(report.watched).toMatchObject({ failed: 0, counts: { checked: 1, drifted: 0 } });
    expect(report.fed.started).toBe(0);
    expect(w.secrets.model.calls.slice(before)).toEqual(['DescribeSecret']);
    expect((await w.tick()).watched.counts.checked).toBeUndefined();
    expect(row().progress.drift).toBeUndefined();
  });

  it('is not looked at after its declaration is gone', async () => {
    await w.deploy(issuerYaml() + certificateYaml('other', ['other.example.com']));
    await w.tick();
    const before = w.secrets.model.calls.length;
    await aDayLater();
    expect(w.secrets.model.calls.slice(before).filter((call) => call === 'DescribeSecret')).toHaveLength(1);
    expect(row().checkAt).toBeUndefined();
  });

  it('keeps its daily time over a renewal', async () => {
    const first = new Date(row().checkAt!).getTime();
    w.pass(60 * DAY + HOUR);
    await w.tick();
    expect(row().progress.revision).toBe(2);
    expect((new Date(row().checkAt!).getTime() - first) % DAY).toBe(0);
  });
});

describe('a secret that was edited by hand', () => {
  it('is reported once, recorded, and left alone', async () => {
    await issued();
    byHand();
    await aDayLater();
    expect(versionOf('AWSCURRENT')).toBe('by-hand-00000000000000000000000000');
    expect(told()).toHaveLength(1);
    expect(told()[0]!.detail).toMatchObject({ certificate: 'default/web', reason: 'EditedByHand', occurrence: 1 });
    const records = w.ledger.history('default/web').filter(({ kind }) => kind === 'drifted');
    expect(records.map(({ id }) => id)).toEqual([told()[0]!.detail.id]);
    await aDayLater();
    await aDayLater();
    expect(told()).toHaveLength(1);
    expect(row().progress.drift).toMatchObject({ occurrence: 1, lastSeenAt: w.clock.now().toISOString() });
  });

  it('is put back with repair, and told with what was done; a second edit is told as the second', async () => {
    await issued('repair');
    const version = ours();
    byHand();
    await aDayLater();
    expect(versionOf('AWSCURRENT')).toBe(version);
    expect(w.ca.orders.size).toBe(1);
    expect(String(told()[0]!.detail.repaired)).toContain('AWSCURRENT was put back');
    await aDayLater();
    expect(row().progress.drift?.clearedAt).toBeDefined();
    byHand('{"x":1}', 'by-hand-11111111111111111111111111');
    await aDayLater();
    expect(versionOf('AWSCURRENT')).toBe(version);
    expect(told().map(({ detail }) => detail.occurrence)).toEqual([1, 2]);
  });

  it('is issued anew with repair when our version is gone', async () => {
    await issued('repair');
    const version = ours();
    byHand();
    secret().versions.delete(version);
    await aDayLater();
    expect(ours()).not.toBe(version);
    expect(versionOf('AWSCURRENT')).toBe(ours());
    expect(told()).toHaveLength(1);
    expect(row().progress.drift).toMatchObject({ clearedAt: expect.any(String) });
  });
});

describe('a secret whose readers get nothing', () => {
  it('that was scheduled for deletion is restored, without an annotation', async () => {
    await issued();
    secret().deletedAt = w.clock.now();
    await aDayLater();
    expect(secret().deletedAt).toBeUndefined();
    expect(versionOf('AWSCURRENT')).toBe(ours());
    expect(told()[0]!.detail).toMatchObject({
      reason: 'ScheduledForDeletion',
      repaired: 'its deletion was called off',
    });
  });

  it('that was scheduled for deletion stays so with report', async () => {
    await issued('report');
    secret().deletedAt = w.clock.now();
    await aDayLater();
    expect(secret().deletedAt).toBeDefined();
    expect(told()).toHaveLength(1);
    expect(told()[0]!.detail.repaired).toBeUndefined();
  });

  it('that was deleted is made and issued anew', async () => {
    await issued();
    w.secrets.model.secrets.delete(SECRET);
    await aDayLater();
    expect(w.current('default/web').sha256).toBe(row().progress.current!.fingerprint);
    expect(told().map(({ detail }) => detail.reason)).toEqual(['Deleted']);
    expect(row().progress.drift?.clearedAt).toBeDefined();
  });

  it('that went back to the placeholder is put right', async () => {
    await issued();
    const placeholder = versionOf('AWSPREVIOUS')!;
    secret().versions.get(ours())!.labels.clear();
    secret().versions.get(placeholder)!.labels.add('AWSCURRENT');
    await aDayLater();
    expect(versionOf('AWSCURRENT')).toBe(ours());
    expect(told().map(({ detail }) => detail.reason)).toEqual(['PlaceholderCurrent']);
  });

  it('and whose tag was removed is told, and never written', async () => {
    await issued('repair');
    secret().tags.delete(TAG);
    const before = w.secrets.model.calls.length;
    await aDayLater();
    expect(told().map(({ detail }) => detail.reason)).toEqual(['TagRemoved']);
    expect(new Set(w.secrets.model.calls.slice(before))).toEqual(new Set(['DescribeSecret']));
  });
});

describe('the look at secrets', () => {
  it('is put off by an hour when Secrets Manager refuses, and nothing is told', async () => {
    await issued();
    w.faults.hook = ({ port }) => {
      if (port === 'SecretLook') throw new Error('throttled');
    };
    expect((await aDayLater()).watched).toMatchObject({ failed: 1 });
    w.faults.hook = () => undefined;
    expect(new Date(row().checkAt!).getTime() - w.clock.now().getTime()).toBeLessThanOrEqual(HOUR);
    w.pass(HOUR);
    expect((await w.tick()).watched.counts.checked).toBe(1);
    expect(told()).toEqual([]);
  });

  it('tells at least once when the bus is down or the process is killed, with one id', async () => {
    await issued();
    byHand();
    let calls = 0;
    w.faults.hook = ({ port, when }) => {
      if (port === 'eventBus' && when === 'before' && ++calls <= 2) throw new Error('the bus is down');
    };
    await aDayLater();
    expect(told()).toHaveLength(1);
    expect(w.ledger.history('default/web').filter(({ kind }) => kind === 'drifted')).toHaveLength(1);
  });

  it('finds staging labels that no issuance needs, and has them dropped', async () => {
    await issued();
    secret().versions.get(ours())!.labels.add('evercert-r1');
    await aDayLater();
    expect(w.secrets.labels(SECRET)).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
    expect(told()).toEqual([]);
    expect(row().progress.leftover).toBeUndefined();
  });
});

describe('the KMS key of the secrets', () => {
  const KEY = 'arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555';

  it('is told once when it was disabled, and is no finding any more when it is enabled again', async () => {
    w = world({ kmsKey: KEY });
    await w.deploy(declared());
    await w.tick();
    secret().kmsKeyId = KEY;
    w.kms.state = 'Disabled';
    await aDayLater();
    await aDayLater();
    expect(row().progress.drift).toMatchObject({ kind: 'KmsKeyUnusable', seen: `${KEY} Disabled` });
    expect(told()).toHaveLength(1);
    w.kms.state = 'Enabled';
    await aDayLater();
    expect(row().progress.drift?.clearedAt).toBeDefined();
  });

  it('is no finding where KMS does not tell its state', async () => {
    w = world({ kmsKey: KEY });
    await w.deploy(declared());
    await w.tick();
    secret().kmsKeyId = KEY;
    w.kms.state = undefined;
    await aDayLater();
    expect(row().progress.drift).toBeUndefined();
  });
});

describe('a secret that is to be shared', () => {
  it('is shared by the daily look when that is set later, and stays so at no cost but that of looking', async () => {
    const sharing = { secretReaders: [] as string[], replicas: [] as { region: string }[] };
    w = world({ sharing });
    await w.deploy(declared());
    await w.tick();
    sharing.secretReaders.push('arn:aws:iam::111122223333:role/reader');
    sharing.replicas.push({ region: 'eu-west-1' });
    const calls = (): string[] => w.secrets.model.calls.splice(0);
    calls();
    expect((await aDayLater()).fed.started).toBe(0);
    const look = ['DescribeSecret', 'DescribeSecret'];
    expect(calls()).toEqual([...look, 'ReplicateSecretToRegions', 'GetResourcePolicy', 'PutResourcePolicy']);
    expect([...secret().shared!.regions.keys()]).toEqual(['eu-west-1']);
    await aDayLater();
    expect(calls()).toEqual([...look, 'GetResourcePolicy']);
  });
});
