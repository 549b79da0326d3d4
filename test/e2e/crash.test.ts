// Crashes and faults on the real parts, and what may be said of everything that happened meanwhile: no call beyond the
// policies of its function, no key outside its secret. The last two chapters judge all that ran before them.
import { fileURLToPath } from 'node:url';
import { DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AcmeOrder } from '#core/acme/ports.ts';
import type { ExecutionInput } from '#core/ports.ts';
import type { LedgerLook } from '#local/cloud/ledger-look.ts';
import type { Cloud } from '#local/cloud/options.ts';
import { startCloud } from '#local/cloud/start.ts';
import type { Fault } from '#local/gateway/settings.ts';
import type { RunningMicroburst } from '#local/parts/microburst.ts';
import { book, letTimePass } from '#test/support/e2e/bookings.ts';
import { startBurst } from '#test/support/e2e/burst.ts';
import { executionPlaces, filePlaces, ledgerPlaces, logPlaces } from '#test/support/e2e/captured.ts';
import {
  CERTIFICATES,
  DEATHS,
  DECLARATIONS,
  MISFORTUNES,
  namesOf,
  RESTARTED,
  SWEPT,
  TEN,
} from '#test/support/e2e/crash-declarations.ts';
import { type EventQueue, listen } from '#test/support/e2e/event-queue.ts';
import { executionsOf, isWaiting } from '#test/support/e2e/executions.ts';
import { formsOf, searchKeys } from '#test/support/e2e/key-search.ts';
import { stagingLabels, txtBook } from '#test/support/e2e/leftovers.ts';
import { seenOf } from '#test/support/e2e/one-certificate.ts';
import { allOrders } from '#test/support/e2e/orders.ts';
import {
  appIdOf,
  type DeployedAdvance,
  deployedAdvance,
  holdAt,
  killAt,
  startAdvance,
  untilDone,
} from '#test/support/e2e/own-advance.ts';
import { type Asked, askedOf, functionOf, secretTags } from '#test/support/e2e/permissions.ts';
import { PRIVATE, PRIVATE_FILE } from '#test/support/e2e/private-declarations.ts';
import { standingTxt } from '#test/support/e2e/records.ts';
import {
  allVersions,
  privateKeysOf,
  type SecretVersion,
  stagedPublicKeys,
  versionsOf,
} from '#test/support/e2e/stored-keys.ts';
import { TAMPERED } from '#test/support/e2e/tampered.ts';
import { until, untilCurrent } from '#test/support/e2e/until.ts';
import { simulate } from '#test/support/simulate.ts';
import { synthesize } from '#test/support/synth.ts';
import { resolver, resourcesOf } from '#test/support/template.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ACCOUNT_SECRET = 'evercert-refs/cert-manager/account';
/** Nothing may be started while rows are taken out of the sweep's hands. */
const HOLD: Fault = {
  match: { appId: 'evercert-sweep', action: 'states:ListExecutions' },
  times: Number.POSITIVE_INFINITY,
  kind: 'throttle',
};

const full = (name: string): string => `default/${name}`;
const narration: string[] = [];
let cloud: Cloud;
let queue: EventQueue;
let deployed: DeployedAdvance;
/** Up and warm when it is needed. */
let microburst: Promise<RunningMicroburst>;
let inputs: ReadonlyMap<string, ExecutionInput>;
let rootPem: string;

const lift = (fault: Fault): void => {
  const { settings } = cloud.gateway;
  settings.faults = settings.faults.filter((one) => one !== fault);
};

/** A few at a time: the machine may have two cores. */
const eachOf = async <T>(all: readonly T[], run: (one: T) => Promise<void>): Promise<void> => {
  const queued = [...all];
  const worker = async (): Promise<void> => {
    for (let one = queued.shift(); one !== undefined; one = queued.shift()) await run(one);
  };
  await Promise.all([1, 2, 3, 4].map(worker));
};

const secretOf = (name: string): Promise<readonly SecretVersion[]> => versionsOf(cloud, `evercert/default/${name}`);

/** Their time has come; the deployed system does the rest. */
const leaveToTheSystem = async (names: readonly string[]): Promise<LedgerLook> => {
  const rows = names.map(full);
  await letTimePass(cloud, rows);
  await cloud.invokeSweep();
  return untilCurrent(cloud, rows);
};

/** The same, where a sweep may fail and an execution may end without success: their time passes again. */
const leaveUnderFaults = async (names: readonly string[]): Promise<LedgerLook> => {
  const isRunning = async (name: string): Promise<boolean> =>
    (await executionsOf(cloud, name)).at(-1)?.status === 'RUNNING';
  return until(cloud, `${names.join(', ')} are current in spite of faults`, async (look) => {
    const open = names.map(full).filter((name) => {
      const { current, work } = look.rows.get(name)!.progress;
      return current === undefined || work !== undefined;
    });
    if (open.length === 0) return look;
    const running = await Promise.all(open.map(isRunning));
    const stopped = open.filter((_, index) => !running[index]);
    await letTimePass(cloud, stopped);
    if (stopped.length > 0) await Promise.allSettled([cloud.invokeSweep()]);
    return undefined;
  });
};

/** The promises that hold whatever happened on the way: one certificate, one outcome, one key, one order. */
const expectOneOf = async (
  name: string,
  known: { readonly look: LedgerLook; readonly orders: readonly AcmeOrder[]; readonly mayLeaveOrder?: true },
): Promise<string> => {
  const seen = await seenOf(cloud, full(name), { ...known, rootPem });
  expect(seen).toEqual({
    names: namesOf(name).sort(),
    isTheRows: true,
    leadsToRoot: true,
    key: seen.key,
    stagedKeys: [seen.key],
    isAtWork: false,
    failure: undefined,
    outcomes: ['issued'],
    orders: known.mayLeaveOrder === undefined ? ['valid'] : ['pending', 'valid'],
  });
  return seen.key;
};

const startedCloud = async (): Promise<Cloud> =>
  startCloud({
    root: ROOT,
    hostEnv: process.env,
    reporter: ({ step, text }) => {
      narration.push(`${step}: ${text}`);
      console.error(`${step}: ${text}`);
    },
    name: 'crash',
    persist: true,
    declarations: DECLARATIONS,
    settings: { inFlight: 12 },
    gateway: { faults: [HOLD] },
  });

beforeAll(async () => {
  cloud = await startedCloud();
  queue = await listen(cloud);
  deployed = await deployedAdvance(cloud);
  rootPem = await cloud.pebble.rootPem();
  await until(cloud, 'every row', ({ rows }) => (rows.size === CERTIFICATES.length ? rows : undefined));
  inputs = await book(
    cloud,
    CERTIFICATES.map(({ name }) => full(name)),
  );
  lift(HOLD);
  microburst = startBurst(cloud, ROOT);
});

afterAll(async () => {
  await Promise.allSettled([microburst?.then(({ stop }) => stop())]);
  await cloud?.stop();
});

it('a certificate is issued by the deployed system alone, when its row is due', async () => {
  expect(inputs.size).toBe(CERTIFICATES.length);
  const look = await leaveToTheSystem(['plain']);
  await expectOneOf('plain', { look, orders: await allOrders(cloud, ACCOUNT_SECRET) });
});

describe('a process that dies', () => {
  let look: LedgerLook;
  let orders: readonly AcmeOrder[];
  const stagedBefore = new Map<string, string[]>();

  beforeAll(async () => {
    await eachOf(DEATHS, async (death) => {
      const held = holdAt(cloud, appIdOf(full(death.name)), death);
      await killAt(cloud, await startAdvance(cloud, { deployed, input: inputs.get(full(death.name))! }), held);
    });
    for (const { name } of DEATHS) {
      const versions = await secretOf(name).catch(() => []);
      stagedBefore.set(name, stagedPublicKeys(versions));
    }
    look = await leaveToTheSystem(DEATHS.map(({ name }) => name));
    orders = await allOrders(cloud, ACCOUNT_SECRET);
  });

  it.each(DEATHS)('$sentence leaves one certificate, with the same key and one order', async (death) => {
    const { name, mayLeaveOrder } = death;
    const key = await expectOneOf(name, { look, orders, ...(mayLeaveOrder === undefined ? {} : { mayLeaveOrder }) });
    expect([[], [key]]).toContainEqual(stagedBefore.get(name));
  });

  it('leaves a staged key behind from the moment on at which it has one', () => {
    const staged = DEATHS.map(({ name }) => stagedBefore.get(name)!.length);
    expect(staged).toEqual([0, 0, 0, 0, ...Array.from({ length: DEATHS.length - 4 }, () => 1)]);
  });
});

describe('with faults of AWS', () => {
  let orders: readonly AcmeOrder[];

  const runOwn = async (name: string, endpoint?: string): Promise<void> => {
    const input = inputs.get(full(name))!;
    await untilDone(
      cloud,
      await startAdvance(cloud, { deployed, input, ...(endpoint === undefined ? {} : { endpoint }) }),
    );
  };

  const left = (): Fault[] => cloud.gateway.settings.faults.splice(0);

  beforeAll(async () => {
    for (const { name, faults } of MISFORTUNES)
      for (const { action, ...fault } of faults)
        cloud.gateway.settings.faults.push({ match: { appId: appIdOf(full(name)), action }, ...fault });
    await eachOf(MISFORTUNES, ({ name }) => runOwn(name));
    orders = await allOrders(cloud, ACCOUNT_SECRET);
  });

  it('every planned fault has struck', () => {
    expect(left().map(({ match, kind, times }) => ({ ...match, kind, times }))).toEqual([]);
  });

  it.each(MISFORTUNES)('$sentence ends with one certificate', async ({ name }) => {
    await expectOneOf(name, { look: await untilCurrent(cloud, [full(name)]), orders });
  });

  it('a sweep that meets a throttled Step Functions and lost answers starts each execution once', async () => {
    const to = (action: string): Fault['match'] => ({ appId: 'evercert-sweep', action });
    cloud.gateway.settings.faults.push(
      { match: to('states:ListExecutions'), times: 2, kind: 'throttle' },
      { match: to('states:StartExecution'), times: 1, kind: 'lost-answer' },
      { match: to('states:StartExecution'), times: 1, kind: 'error500' },
      { match: to('states:DescribeExecution'), times: 2, kind: 'throttle' },
    );
    const look = await leaveToTheSystem(SWEPT);
    orders = await allOrders(cloud, ACCOUNT_SECRET);
    for (const name of SWEPT) await expectOneOf(name, { look, orders });
    expect(left()).toEqual([]);
  });

  it('10 certificates are issued while each fifth AWS call is throttled', async () => {
    const fault: Fault = { match: {}, times: Number.POSITIVE_INFINITY, every: 5, kind: 'throttle' };
    cloud.gateway.settings.faults.push(fault);
    const before = cloud.gateway.calls().length;
    const look = await leaveUnderFaults(TEN);
    lift(fault);
    orders = await allOrders(cloud, ACCOUNT_SECRET);
    for (const name of TEN) {
      const seen = await seenOf(cloud, full(name), { look, orders, rootPem });
      const [sound, single] = [
        { isTheRows: true, leadsToRoot: true },
        { stagedKeys: [seen.key], failure: undefined },
      ];
      expect(seen).toMatchObject({ names: namesOf(name).sort(), ...sound, ...single });
      // Five tries of one call may all be struck: an attempt then fails honestly, and the next one goes on with its order.
      expect(seen.outcomes.filter((outcome) => !/^failed [A-Z]+_UNAVAILABLE /.test(outcome))).toEqual(['issued']);
      expect(seen.orders.filter((status) => status !== 'pending')).toEqual(['valid']);
      expect(seen.orders.length).toBeLessThanOrEqual(2);
    }
    const struck = cloud.gateway
      .calls()
      .slice(before)
      .filter(({ errorCode = '' }) => /thrott|toomany/i.test(errorCode));
    expect(struck.length).toBeGreaterThan(50);
  });

  it('microburst before AWS: throttles, resets and answers cut short end with one certificate', async () => {
    const throttled = { error: { code: 'ThrottlingException', status: 400 } };
    const { endpoint, fired, setRules } = await microburst;
    await setRules([
      { service: 'dynamodb', sequence: { fail: 1, pass: 3 }, ...throttled },
      { service: 'route53', times: 2, error: { code: 'Throttling', status: 400 } },
      { service: 'secretsmanager', operation: 'PutSecretValue', times: 1, response: { abort_frac: 0.3 } },
      { service: 'secretsmanager', operation: 'UpdateSecretVersionStage', times: 1, reset: true },
      { service: 'events', times: 1, reset: true },
    ]);
    await runOwn('burst', endpoint);
    const services = new Set(((await fired()) as { service: string }[]).map(({ service }) => service));
    expect([...services].sort()).toEqual(['dynamodb', 'events', 'route53', 'secretsmanager']);
    const look = await untilCurrent(cloud, [full('burst')]);
    await expectOneOf('burst', { look, orders: await allOrders(cloud, ACCOUNT_SECRET) });
  });
});

describe('an emulator that is started again in the middle of executions', () => {
  it('ends them, and the sweep takes the certificates up again: same key, same order', async () => {
    cloud.gateway.settings.insyncAfterMs = 600_000;
    await letTimePass(cloud, RESTARTED.map(full));
    await cloud.invokeSweep();
    await until(cloud, 'three executions wait for INSYNC outside of a function', async ({ rows }) => {
      const settling = RESTARTED.every(
        (name) => rows.get(full(name))!.progress.work?.waitingFor === 'Route53 to report INSYNC',
      );
      const waiting = await Promise.all(RESTARTED.map((name) => isWaiting(cloud, full(name))));
      return settling && waiting.every(Boolean) ? rows : undefined;
    });
    const stagedBefore = await Promise.all(RESTARTED.map(async (name) => stagedPublicKeys(await secretOf(name))));
    await cloud.restartEmulator();
    cloud.gateway.settings.insyncAfterMs = 0;
    const ended = { run: 2, status: 'FAILED', error: 'States.ServiceRestart' };
    for (const name of RESTARTED) expect(await executionsOf(cloud, full(name))).toMatchObject([ended]);
    const look = await leaveToTheSystem(RESTARTED);
    const orders = await allOrders(cloud, ACCOUNT_SECRET);
    for (const [index, name] of RESTARTED.entries())
      expect([await expectOneOf(name, { look, orders })]).toEqual(stagedBefore[index]);
    for (const name of RESTARTED)
      expect(await executionsOf(cloud, full(name))).toMatchObject([ended, { run: 3, status: 'SUCCEEDED' }]);
  });
});

describe('private issuers', () => {
  it('an own CA from its bootstrap on, and a Private CA, issue what a later deploy declares', async () => {
    await cloud.deploy({ files: [...DECLARATIONS.files, PRIVATE_FILE] });
    await untilCurrent(cloud, PRIVATE);
  });

  it('the Private CA is asked once a certificate, by exactly the template that is needed', () => {
    const asked = cloud.gateway.calls().filter(({ action }) => action === 'acm-pca:IssueCertificate');
    expect(asked.map(({ resource }) => resource.templateArn?.split('/').slice(1).join('/')).sort()).toEqual([
      'EndEntityClientAuthCertificate/V1',
      'EndEntityServerAuthCertificate/V1',
    ]);
  });
});

describe('after all of it', () => {
  it('nothing of ours stands in a zone, in the book or on a secret', async () => {
    expect(await standingTxt(cloud)).toEqual([]);
    expect(await txtBook(cloud)).toEqual([]);
    expect(await stagingLabels(cloud)).toEqual([]);
  });

  it('each outcome was announced at least once, under its own id', async () => {
    const { history } = await cloud.look();
    expect(history.filter(({ kind }) => kind === 'issued')).toHaveLength(CERTIFICATES.length + PRIVATE.length);
    const heard = new Set((await queue.heard()).map(({ detail }) => detail.id));
    expect([...heard].sort()).toEqual(history.map(({ id }) => id).sort());
  });
});

describe('the policies of the deployed roles', () => {
  type Ids = Readonly<Record<string, string>>;
  let template: ReturnType<typeof synthesize>;
  let physicalIds: Ids;
  let asked: readonly Asked[];

  /** As it would go to AWS with these zones; logical ids are those of the local stack, so its physical ids fit. */
  const realTemplate = async (): Promise<ReturnType<typeof synthesize>> => {
    const { rows } = await cloud.look();
    const certificates = [...rows.values()].map(({ declared }) => declared);
    const zones = [...cloud.zones].map(([name, id]) => ({ name, id }));
    const declarations = { hash: 'a'.repeat(64), certificates };
    return synthesize({ props: { inFlight: 12, sweepPeriodMinutes: 1, zones, declarations } });
  };
  const physical = (type: string, part: string): string => {
    const [logicalId] = resourcesOf(template, type).find(([id]) => id.includes(part))!;
    return resolver({ template, physicalIds }).arn(logicalId);
  };
  const judge = (question: Asked) => simulate({ template, physicalIds, ...question });

  beforeAll(async () => {
    template = await realTemplate();
    const { cloudformation } = cloud.directClients;
    const { StackResources = [] } = await cloudformation.send(
      new DescribeStackResourcesCommand({ StackName: 'Evercert' }),
    );
    physicalIds = Object.fromEntries(StackResources.map((one) => [one.LogicalResourceId!, one.PhysicalResourceId!]));
    const [ledgerKeyArn, secretsKeyArn] = ['LedgerKey', 'SecretsKey'].map((part) => physical('AWS::KMS::Key', part));
    const tags = await secretTags(cloud);
    asked = askedOf(cloud.gateway.calls(), { tags, ledgerKeyArn: ledgerKeyArn!, secretsKeyArn: secretsKeyArn! });
  });

  it.each(['sweep', 'advance', 'deployed'])('the record holds calls of %s', (name) => {
    expect(cloud.gateway.calls().filter((call) => functionOf(call) === name).length).toBeGreaterThan(0);
  });

  it('allow every AWS call that was made', async () => {
    expect(new Set(asked.map(({ functionName, action }) => `${functionName} ${action}`)).size).toBeGreaterThan(20);
    const denied: Asked[] = [];
    for (const question of asked) if ((await judge(question)) !== 'allowed') denied.push(question);
    expect(denied).toEqual([]);
  });

  it('were asked about one resource each: no call of the record was not understood', () => {
    expect(asked.filter(({ resource }) => resource === '*')).toEqual([]);
  });

  it.each(TAMPERED)('deny $sentence', async ({ from, change }) => {
    const real = asked.find(
      ({ functionName, action, resource }) =>
        functionName === from.functionName && action === from.action && (from.resource ?? /./).test(resource),
    )!;
    expect(await judge(real)).toBe('allowed');
    expect(await judge(change(real))).toBe('denied');
  });
});

describe('private keys', () => {
  let keys: readonly string[];

  beforeAll(async () => {
    keys = privateKeysOf(await allVersions(cloud));
  });

  it('lie in Secrets Manager: one of the account, one of each certificate', () => {
    expect(keys).toHaveLength(1 + CERTIFICATES.length + PRIVATE.length);
  });

  it('are in nothing that the run put out', async () => {
    const places = [
      { name: 'narration', text: narration.join('\n') },
      { name: 'events', text: JSON.stringify(await queue.heard()) },
      ...(await logPlaces(cloud)),
      ...(await executionPlaces(cloud)),
      ...(await ledgerPlaces(cloud)),
      ...filePlaces(cloud),
    ];
    // What is searched is there, and a planted key would be found.
    for (const kind of ['narration', 'events', 'log group', 'execution', 'ledger', 'file calls', 'file cdk.out/'])
      expect(places.filter(({ name, text }) => name.startsWith(kind) && text.length > 100)).not.toEqual([]);
    const planted = formsOf(keys[0]!).map(({ text }) => ({ name: 'planted', text: `${places[0]!.text} ${text}` }));
    expect(searchKeys(keys, planted)).not.toEqual([]);
    expect(searchKeys(keys, places)).toEqual([]);
  });
});
