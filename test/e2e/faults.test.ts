// A CA at fault, on the real parts: a proxy of our own before Pebble makes the faults, and Pebble's own management tells the
// renewal windows. Each ends as the table says, nothing is published wrongly, and nothing is asked again and again.
import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamodbRenewalMarks } from '#adapters/dynamodb/renewal-marks.ts';
import { certId } from '#core/certificate/cert-id.ts';
import { CODES, type ErrorCode } from '#core/codes.ts';
import type { CertificateRow } from '#core/journey/row.ts';
import type { LedgerLook } from '#local/cloud/ledger-look.ts';
import type { Cloud } from '#local/cloud/options.ts';
import { isCurrent, type StoredVersion } from '#local/cloud/secret-look.ts';
import { type EventQueue, listen } from '#test/support/e2e/event-queue.ts';
import {
  full,
  hostOf,
  OTHERS,
  ordersOf,
  requestsOf,
  startFaultyCloud,
  WINDOWS,
  type Window,
} from '#test/support/e2e/fault-stage.ts';
import { FAULTS, type FaultCase, hostsOf } from '#test/support/e2e/fault-table.ts';
import { accountUrls, stagingLabels, txtBook } from '#test/support/e2e/leftovers.ts';
import { standingTxt } from '#test/support/e2e/records.ts';
import { setRenewalInfo, windowText } from '#test/support/e2e/renewal-info.ts';
import { certificatesOf, leadsTo, namesOf } from '#test/support/e2e/served.ts';
import { letBackoffPass, letPollPass } from '#test/support/e2e/time-passes.ts';
import { until, untilCurrent } from '#test/support/e2e/until.ts';
import { wrongly } from '#test/support/e2e/wrong-certificates.ts';

const HOUR = 3_600_000;
/** A whole issuance of two names takes about a dozen. */
const MOST_REQUESTS_A_RUN = 16;

let cloud: Cloud;
let queue: EventQueue;
let rootPem: string;

const currentOf = async (name: string): Promise<StoredVersion> => {
  const current = (await cloud.versions(full(name))).find(isCurrent);
  if (current === undefined) throw new Error(`${name} has no current version`);
  return current;
};
const leafOf = ({ chainPem }: StoredVersion): string => certificatesOf(chainPem)[0]!.toString();
const idOf = (version: StoredVersion): string => certId(new X509Certificate(leafOf(version)))!;
const rowOf = (look: LedgerLook, name: string): CertificateRow => look.rows.get(full(name))!;
const outcomesOf = ({ history }: LedgerLook, name: string, kind: string) =>
  history.filter((record) => record.name === full(name) && record.kind === kind);

/** What the row says once the fault has struck, or what it has said before it recovered; undefined: not yet. */
const struck = (look: LedgerLook, { name, row: expected }: FaultCase) => {
  const row = look.rows.get(full(name));
  if (row === undefined || row.leaseRun !== undefined) return undefined;
  const { failure, work } = row.progress;
  const [told] = outcomesOf(look, name, 'failed');
  const before = told && { code: told.code, class: CODES[told.code as ErrorCode].class, message: told.message };
  if ('code' in expected) return failure ?? before;
  return work?.waitingFor === undefined ? undefined : { waitingFor: work.waitingFor, startAt: row.startAt };
};

/** Each fault's row, as it was first seen. */
const seen = new Map<string, NonNullable<ReturnType<typeof struck>>>();
let atFault: LedgerLook;

beforeAll(async () => {
  cloud = await startFaultyCloud(process.env);
  queue = await listen(cloud);
  rootPem = await cloud.pebble.rootPem();
  atFault = await until(cloud, 'every fault has struck', (look) => {
    for (const fault of FAULTS) {
      const found = struck(look, fault);
      if (found !== undefined && !seen.has(fault.name)) seen.set(fault.name, found);
    }
    const survivor = rowOf(look, 'survivor')?.progress.failure;
    return seen.size === FAULTS.length && survivor !== undefined ? look : undefined;
  });
});

afterAll(() => cloud?.stop());

describe('while the CA is at fault', () => {
  it.each(FAULTS)('$sentence ($name): the row says what happened, and when it goes on', async ({ name, row }) => {
    const found = seen.get(name)!;
    if ('code' in row) {
      expect(found).toMatchObject({ code: row.code, class: row.class });
      expect('message' in found && found.message).toMatch(row.told);
    } else {
      expect('waitingFor' in found && found.waitingFor).toMatch(row.told);
      const inMs = new Date(('startAt' in found && found.startAt) || 0).getTime() - Date.now();
      expect(inMs).toBeGreaterThan(row.waitsMs[0]);
      expect(inMs).toBeLessThan(row.waitsMs[1]);
    }
  });

  it.each(FAULTS.filter(({ recovers }) => recovers === undefined))(
    '$sentence ($name): nothing is published',
    async (fault) => {
      expect(await cloud.versions(full(fault.name))).toEqual([]);
    },
  );

  it('a wait is no failure, and a step is tried again in a minute or when the CA says', () => {
    for (const { name, row } of FAULTS)
      if ('waitsMs' in row) expect(outcomesOf(atFault, name, 'failed'), name).toEqual([]);
    expect(outcomesOf(atFault, 'truncated', 'failed').length).toBeGreaterThan(0);
    const { at, retryAt } = rowOf(atFault, 'unavailable').progress.failure!;
    expect(new Date(retryAt).getTime() - new Date(at).getTime()).toBeGreaterThan(580_000);
  });

  it('nothing is asked again and again', async () => {
    const { rows } = await cloud.look();
    for (const { name } of FAULTS) {
      const { run } = rows.get(full(name))!;
      expect(requestsOf(cloud, name).length, name).toBeLessThanOrEqual(MOST_REQUESTS_A_RUN * run);
      expect(run, name).toBeLessThan(6);
    }
  });

  it('healthy certificates are issued meanwhile, one with an authorization that is to be looked at in a day', async () => {
    await untilCurrent(cloud, [...WINDOWS, 'renewed', 'patient'].map(full));
    expect(leadsTo((await currentOf('patient')).chainPem, rootPem)).toBe(true);
  });
});

describe('once the CA works again', () => {
  beforeAll(async () => {
    for (const { name } of FAULTS) cloud.acmeProxy!.lift(hostOf(name));
    await until(cloud, 'all are at rest', ({ rows }) =>
      FAULTS.every(({ name }) => rows.get(full(name))?.leaseRun === undefined) ? true : undefined,
    );
    const { rows } = await cloud.look();
    const isOpen = ({ name }: FaultCase) => rows.get(full(name))!.progress.current === undefined;
    await letBackoffPass(
      cloud,
      FAULTS.filter(isOpen).map(({ name }) => full(name)),
    );
    await cloud.invokeSweep();
    await untilCurrent(
      cloud,
      FAULTS.map(({ name }) => full(name)),
    );
  });

  it.each(FAULTS)('$sentence ($name): the certificate becomes current, with no order too many', async (fault) => {
    const { name, orders } = fault;
    const look = await cloud.look();
    const { chainPem } = await currentOf(name);
    expect(namesOf(chainPem)).toEqual([...hostsOf(name)].sort());
    expect(leadsTo(chainPem, rootPem)).toBe(true);
    expect(rowOf(look, name).progress.failure).toBeUndefined();
    const expected = orders === 'one a try' ? outcomesOf(look, name, 'failed').length + 1 : orders;
    expect(ordersOf(cloud, name)).toHaveLength(expected);
    expect(await cloud.versions(full(name))).toHaveLength(1);
  });

  it('a request whose answer was lost is not sent again', () => {
    const finalized = requestsOf(cloud, 'lost-request').filter(({ kind }) => kind === 'finalize');
    expect(finalized.map(({ upstreamStatus }) => upstreamStatus)).toEqual([200]);
  });
});

describe('a renewal at fault', () => {
  it('leaves the certificate that is current in its place, and replaces it once the CA answers rightly', async () => {
    const before = await currentOf('renewed');
    const lift = cloud.acmeProxy!.add({
      match: { kind: 'certificate', dnsName: hostOf('renewed') },
      fault: { kind: 'alter', body: (issued) => wrongly('expired', issued) },
    });
    const table = { client: cloud.directClients.dynamodb, tableName: cloud.outputs.tableName };
    await dynamodbRenewalMarks(table).request({ name: full('renewed'), now: new Date() });
    await cloud.invokeSweep();
    const failure = await until(cloud, 'the renewal fails', ({ rows }) => {
      const row = rows.get(full('renewed'))!;
      return row.leaseRun === undefined ? row.progress.failure : undefined;
    });
    expect(failure).toMatchObject({ code: 'CERT_REJECTED', class: 'step' });
    expect((await cloud.versions(full('renewed'))).map(({ fingerprint }) => fingerprint)).toEqual([before.fingerprint]);
    lift();
    await letBackoffPass(cloud, [full('renewed')]);
    await cloud.invokeSweep();
    await until(cloud, 'the renewal succeeds', ({ rows }) => {
      const { current } = rows.get(full('renewed'))!.progress;
      return current?.fingerprint === before.fingerprint ? undefined : true;
    });
    expect((await currentOf('renewed')).fingerprint).not.toBe(before.fingerprint);
  });
});

describe('renewal windows', () => {
  const before = new Map<Window, StoredVersion>();
  const asked = (name: Window) =>
    cloud
      .acmeProxy!.records()
      .filter(({ kind, path }) => kind === 'renewalInfo' && path.endsWith(idOf(before.get(name)!)));

  beforeAll(async () => {
    const all = [...WINDOWS, 'called-back'] as const;
    await cloud.invokeSweep();
    await until(cloud, 'each window has been asked for', ({ rows }) => {
      const isAsked = (name: string) => rows.get(full(name))!.progress.ari !== undefined;
      return all.every(isAsked) ? true : undefined;
    });
    for (const name of WINDOWS) before.set(name, await currentOf(name));
    const told = new Date().toISOString();
    const tell = (name: Window, text: string) => setRenewalInfo(cloud.pebble, leafOf(before.get(name)!), text);
    await tell('past', windowText([-2, -1]));
    // So narrow that its only instant is its start.
    await tell('explained', windowText([0, 0.004], 'https://ca.example/why'));
    await tell('far', windowText([20, 22]));
    await tell('malformed', 'no window at all');
    await tell('reversed', windowText([22, 20]));
    await tell('wide', windowText([1, 80]));
    cloud.acmeProxy!.add({
      match: { kind: 'renewalInfo', path: new RegExp(`${idOf(before.get('refused')!)}$`) },
      fault: { kind: 'answer', status: 429, retryAfter: { seconds: 122_400, as: 'date' }, body: '{}' },
    });
    cloud.acmeProxy!.add({
      match: { kind: 'newOrder', dnsName: hostOf('called-back') },
      fault: { kind: 'reset', effect: 'before' },
    });
    await setRenewalInfo(cloud.pebble, leafOf(await currentOf('called-back')), windowText([-2, -1]));
    await letPollPass(cloud, all.map(full));
    await cloud.invokeSweep();
    await until(cloud, 'each window has been heard of', ({ rows }) => {
      const isHeard = (name: string) => rows.get(full(name))!.progress.ari!.checkedAt > told;
      return all.every(isHeard) ? true : undefined;
    });
  });

  it.each([{ name: 'past' }, { name: 'explained' }] as const)(
    'that has come ($name): renewed at the next sweep, as the replacement of its predecessor',
    async ({ name }) => {
      const old = before.get(name)!;
      const look = await until(cloud, `${name} is renewed`, (found) =>
        outcomesOf(found, name, 'issued').length === 2 && rowOf(found, name).leaseRun === undefined ? found : undefined,
      );
      expect(outcomesOf(look, name, 'issued').map(({ reason }) => reason)).toEqual(['SecretMissing', 'NearExpiry']);
      expect(ordersOf(cloud, name).map(({ replaces }) => replaces)).toEqual([undefined, idOf(old)]);
      expect((await currentOf(name)).fingerprint).not.toBe(old.fingerprint);
    },
  );

  it("the CA's explanation stands in the history and in the event", async () => {
    const heard = await until(cloud, 'the event is heard', async () =>
      (await queue.heard()).find(
        ({ detail }) => detail.certificate === full('explained') && detail.reason === 'NearExpiry',
      ),
    );
    expect(heard['detail-type']).toBe('Evercert Certificate Renewed');
    expect(heard.detail.explanationUrl).toBe('https://ca.example/why');
    const [, renewed] = outcomesOf(await cloud.look(), 'explained', 'issued');
    expect(renewed!.explanationUrl).toBe('https://ca.example/why');
  });

  it('in the far future is obeyed: an instant inside it, and nothing before', async () => {
    const { progress, startAt } = rowOf(await cloud.look(), 'far');
    const { window, chosenAt } = progress.ari!;
    expect(startAt).toBe(progress.renewAt);
    expect(chosenAt! >= window!.start && chosenAt! < window!.end).toBe(true);
    expect(new Date(startAt!).getTime()).toBe(new Date(chosenAt!).getTime());
    expect(progress.renewBecause).toContain("the CA's window is");
  });

  it.each([
    { name: 'malformed', why: /^CA_PROTOCOL: .*no JSON object but "no window at all"/, pollHours: 6 },
    { name: 'reversed', why: /^the window ends before it starts$/, pollHours: 6 },
    { name: 'wide', why: /^the window is wider than half the lifetime$/, pollHours: 6 },
    { name: 'refused', why: /^CA_RATE_LIMITED: /, pollHours: 24 },
  ] as const)(
    'that is none ($name) is said so, changes nothing, and is asked for hours later',
    async ({ name, why, pollHours }) => {
      const { progress, ariAt } = rowOf(await cloud.look(), name);
      const { lastError, checkedAt, pollAt } = progress.ari!;
      expect(lastError).toMatch(why);
      expect((new Date(pollAt).getTime() - new Date(checkedAt).getTime()) / HOUR).toBeCloseTo(pollHours, 1);
      expect(ariAt).toBe(pollAt);
      expect(new Date(progress.renewAt!).getTime() - Date.now()).toBeGreaterThan(24 * HOUR);
    },
  );

  it('that are told are asked for no more often than that', async () => {
    await cloud.invokeSweep();
    for (const name of ['far', 'malformed', 'reversed', 'wide', 'refused'] as const) {
      // Twice; once more where the schedule's own sweep has looked at the same moment.
      expect(asked(name).length, name).toBeLessThanOrEqual(3);
      expect(ordersOf(cloud, name), name).toHaveLength(1);
    }
    for (const name of ['past', 'explained'] as const) expect(ordersOf(cloud, name), name).toHaveLength(2);
  });
});

describe('a CA that has forgotten everything', () => {
  const known: { account: readonly string[]; calledBack?: StoredVersion } = { account: [] };

  beforeAll(async () => {
    const { work } = rowOf(await cloud.look(), 'survivor').progress;
    expect(JSON.stringify(work?.segment)).toContain('/my-order/');
    await until(
      cloud,
      'what is called back cannot be renewed',
      ({ rows }) => rows.get(full('called-back'))!.progress.failure,
    );
    known.account = await accountUrls(cloud);
    known.calledBack = await currentOf('called-back');
    await cloud.pebble.restart();
    cloud.acmeProxy!.lift();
    await letBackoffPass(cloud, ['survivor', 'called-back'].map(full));
    await cloud.invokeSweep();
    await untilCurrent(cloud, ['survivor', 'called-back'].map(full));
  });

  it('is given its account and a new order by itself', async () => {
    expect(leadsTo((await currentOf('survivor')).chainPem, await cloud.pebble.rootPem())).toBe(true);
    expect(ordersOf(cloud, 'survivor')).toHaveLength(2);
    expect(await accountUrls(cloud)).not.toEqual(known.account);
  });

  it('renews what it has called back, although it no longer knows what is replaced', async () => {
    const { chainPem, fingerprint } = await currentOf('called-back');
    expect(fingerprint).not.toBe(known.calledBack!.fingerprint);
    expect(leadsTo(chainPem, await cloud.pebble.rootPem())).toBe(true);
    const last = requestsOf(cloud, 'called-back').filter(({ kind }) => kind === 'newOrder');
    expect(last.slice(-2).map(({ replaces, status }) => [replaces, status])).toEqual([
      [idOf(known.calledBack!), 400],
      [undefined, 201],
    ]);
  });

  it('knows nothing of a certificate that is current: its window stays as it was, and it is told', async () => {
    const { window, checkedAt } = rowOf(await cloud.look(), 'far').progress.ari!;
    await letPollPass(cloud, [full('far')]);
    await cloud.invokeSweep();
    const ari = await until(cloud, 'the window is asked for again', (look) => {
      const { ari: found } = rowOf(look, 'far').progress;
      return found!.checkedAt > checkedAt ? found : undefined;
    });
    expect(ari.window).toEqual(window);
    expect(ari.lastError).toMatch(/^CA_REFUSED: .* answered 400 \(malformed\)/);
  });

  it('leaves nothing behind: no TXT value, no entry in the book, no staging label', async () => {
    const all = [...FAULTS.map(({ name }) => name), ...WINDOWS, ...OTHERS];
    await untilCurrent(cloud, all.map(full));
    await until(cloud, 'nothing is left', async () =>
      [...(await txtBook(cloud)), ...(await stagingLabels(cloud))].length === 0 ? true : undefined,
    );
    expect(await standingTxt(cloud)).toEqual([]);
  });
});
