// Changes, crashes and refusals in any mixture; then quiet. Whatever happened: the certificate is current as declared, every
// outcome was told, and nothing of ours is left in DNS.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EvercertError } from '#core/errors.ts';
import type { Hook } from '#test/support/hooks.ts';
import { certificateYaml, issuerYaml, type World, world } from '#test/support/world.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const DECLARATIONS = [
  issuerYaml() + certificateYaml('web', ['web.example.com']),
  issuerYaml() + certificateYaml('web', ['web.example.com', '*.example.com', 'example.com']),
  issuerYaml() + certificateYaml('web', ['web.example.com', 'shop.example.org'], '    rotationPolicy: Never'),
  issuerYaml() + certificateYaml('other', ['other.example.com']),
  issuerYaml({ server: 'https://b.test/directory' }) + certificateYaml('web', ['web.example.com']),
  issuerYaml() + certificateYaml('web', ['web.example.com'], '  renewBefore: 1440h'),
];

const CODES = [
  'CA_UNREACHABLE',
  'CA_RATE_LIMITED',
  'DNS_UNAVAILABLE',
  'SECRET_UNAVAILABLE',
  'ORDER_EXPIRED',
  'CSR_REFUSED',
  'CHALLENGE_FAILED',
  'ACCOUNT_LOST',
  'DNS_DENIED',
  'SECRET_CONTENTION',
] as const;

/** Whose error a code is: the ports that may throw it. */
const throws = (code: (typeof CODES)[number], port: string): boolean =>
  code.startsWith('DNS') ? port === 'DnsProvider' : port.startsWith(code.startsWith('SECRET') ? 'Secret' : 'Acme');

const round = fc.record({
  declare: fc.option(fc.nat({ max: DECLARATIONS.length - 1 })),
  /** Declared in the middle of an issuance, right after a change of DNS. */
  midway: fc.option(fc.nat({ max: DECLARATIONS.length - 1 }), { freq: 2 }),
  fault: fc.constantFrom('none', 'kill', 'refuse'),
  call: fc.integer({ min: 1, max: 90 }),
  when: fc.constantFrom('before', 'after'),
  code: fc.constantFrom(...CODES),
  passMs: fc.constantFrom(0, MINUTE, 7 * MINUTE, 20 * MINUTE, 61 * DAY),
});
type Round = typeof round extends fc.Arbitrary<infer R> ? R : never;

const faultOf = (w: World, { fault, call, when, code }: Round): Hook => {
  let seen = 0;
  let dead = false;
  return ({ port, when: moment }) => {
    if (dead) throw new Error('the process is dead');
    if (fault === 'none' || moment !== when || ++seen < call) return;
    if (fault === 'kill') {
      dead = true;
      throw new Error('killed');
    }
    if (seen > call + 20 || !throws(code, port)) return;
    const retryAt = new Date(w.clock.now().getTime() + 20 * MINUTE);
    throw new EvercertError(code, 'refused', code === 'CA_RATE_LIMITED' ? { detail: { retryAt } } : {});
  };
};

const redeclareMidway = (w: World, yaml: string): void => {
  const { provider } = w.route53;
  const { change } = provider;
  provider.change = async (request) => {
    const answer = await change(request);
    if (provider.change === change) return answer;
    provider.change = change;
    const { hook } = w.faults;
    w.faults.hook = () => undefined;
    await w.deploy(yaml);
    await w.invokeSweep();
    w.faults.hook = hook;
    return answer;
  };
};

const expectOrder = (w: World, name: string): void => {
  const row = w.ledger.row(name);
  if (row === undefined) return;
  expect(row.progress.work).toBeUndefined();
  expect(row.leaseUntil).toBeUndefined();
  expect(row.progress.failure).toBeUndefined();
  if (row.retiredAt === undefined) expect(row.progress.current).toBeDefined();
  expect(w.current(name)['version-id']).toBe(row.progress.current?.versionId);
  const history = w.ledger.history(name);
  const told = new Set(w.bus.published().map(({ detail }) => detail.id));
  expect(history.filter(({ id }) => !told.has(id))).toEqual([]);
  const issued = history.filter(({ kind }) => kind === 'issued').map(({ revision }) => revision);
  expect(new Set(issued).size).toBe(issued.length);
};

it('after any storm of changes, crashes and refusals, a quiet week brings everything into order', async () => {
  const scenario = fc.record({ rounds: fc.array(round, { minLength: 3, maxLength: 8 }), reuse: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ rounds, reuse }) => {
      const w = world({ insyncAfterMs: 700, acme: { reuseAuthorizations: reuse, pollsUntilIssued: 2 } });
      await w.deploy(DECLARATIONS[0]!);
      for (const one of rounds) {
        if (one.declare !== null) await w.deploy(DECLARATIONS[one.declare]!);
        if (one.midway !== null) redeclareMidway(w, DECLARATIONS[one.midway]!);
        w.faults.hook = faultOf(w, one);
        await w.tick().catch(() => undefined);
        w.faults.hook = () => undefined;
        w.pass(one.passMs);
      }
      for (let i = 0; i < 12; i++) {
        w.pass(i < 6 ? 11 * MINUTE : DAY + MINUTE);
        await w.tick();
      }
      for (const name of ['default/web', 'default/other']) expectOrder(w, name);
      expect(w.route53.standing()).toEqual([]);
      expect(w.ledger.txtClaims()).toEqual([]);
    }),
    { numRuns: 20, seed: 20261125 },
  );
}, 60_000);
