// Certificates of ACM Private CA in the whole service: what is asked, what is written down before it, what a CA's answers
// and silences lead to.
import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ModelCa } from '#test/support/private-ca-model.ts';
import { privateCaYaml, privateWorld, privateYaml } from '#test/support/private-ca-world.ts';
import { awsError, connectionError } from '#test/support/sdk-errors.ts';
import type { World } from '#test/support/world.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const progress = (w: World, name = 'web') => w.ledger.row(`default/${name}`)!.progress;
const actions = (w: World): string[] => w.privateCa.sent.map(({ action }) => action);
const issues = (w: World) => w.privateCa.sent.filter(({ action }) => action === 'IssueCertificate');
const leafOf = (w: World, name = 'web') => new X509Certificate(w.current(`default/${name}`)['tls.crt']!);
const pemOf = ({ authority }: ModelCa) => `${authority.certificate.toString('pem').trim()}\n`;
/** Fails calls of one method; after: the answer gets lost. */
const failing = (w: World, method: string, error: Error, when: 'before' | 'after' = 'before', times = 1) => {
  let left = times;
  w.faults.hook = (call) => {
    if (call.port === 'PrivateCa' && call.method === method && call.when === when && left-- > 0) throw error;
  };
};

describe('a certificate of ACM Private CA', () => {
  it('is issued in one invocation where nothing has to be waited for', async () => {
    const { w } = await privateWorld();
    w.privateCa.looks = 0;
    await w.invokeSweep();
    const [input] = w.executions.started();
    expect(await w.invokeAdvance(input!)).toMatchObject({ done: true });
    expect(actions(w)).toEqual(['DescribeCertificateAuthority', 'IssueCertificate', 'GetCertificate']);
    expect(progress(w).current).toMatchObject({ revision: 1, notAfter: '2027-02-23T12:00:00.000Z' });
  });

  it('is asked for with an explicit template, an end in seconds, a short token and the algorithm of the CA', async () => {
    const { w, ca } = await privateWorld({ more: '  duration: 48h\n  usages: [server auth]' });
    await w.tick();
    const [{ input }] = issues(w) as unknown as [{ input: Record<string, unknown> }];
    const { Csr, IdempotencyToken, ...asked } = input;
    expect(asked).toEqual({
      CertificateAuthorityArn: ca.arn,
      SigningAlgorithm: 'SHA256WITHECDSA',
      TemplateArn: 'arn:aws:acm-pca:::template/EndEntityServerAuthCertificate/V1',
      Validity: { Type: 'ABSOLUTE', Value: 1_795_780_800 },
    });
    expect(IdempotencyToken).toMatch(/^[0-9a-f]{36}$/);
    expect(Buffer.from(Csr as Uint8Array).toString()).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----\n/);
    expect(leafOf(w).keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(leafOf(w).validToDate.toISOString()).toBe('2026-11-27T12:00:00.000Z');
  });

  it('is stored with its chain, leaf first, without the root', async () => {
    const { w } = await privateWorld();
    await w.tick();
    const chain = w.current('default/web')['tls.crt']!.match(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----/g)!;
    const [leaf, above] = chain.map((pem) => new X509Certificate(pem));
    expect(chain).toHaveLength(2);
    expect(above!.subject).toBe('CN=Private CA 2');
    expect(leaf!.verify(above!.publicKey)).toBe(true);
  });

  it('has the root as its ca.crt, also where the root signs it directly', async () => {
    const { w, ca } = await privateWorld();
    await w.tick();
    expect(w.current('default/web')['ca.crt']).toBe(pemOf(ca.parent!));
    const root = await w.privateCa.addCa();
    await w.deploy(privateCaYaml(root.arn) + privateYaml('web'));
    await w.tick();
    const { 'tls.crt': leaf, 'ca.crt': anchor } = w.current('default/web');
    expect(leaf!.match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
    expect(anchor).toBe(pemOf(root));
  });

  it('tells what its template adds to what was asked', async () => {
    const { w } = await privateWorld();
    w.privateCa.looks = 10_000;
    await w.tick();
    expect(progress(w).work!.warnings).toEqual(['EndEntityCertificate/V1 also gives server auth, client auth']);
  });

  it('has its ARN in the ledger before it is looked for', async () => {
    const { w } = await privateWorld();
    const seen: unknown[] = [];
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'PrivateCa' && method === 'certificate' && when === 'before')
        seen.push(progress(w).work!.segment!.state.certificateArn);
    };
    await w.tick();
    const [arn] = [...w.privateCa.issued.keys()];
    expect(seen).toEqual([arn, arn]);
  });

  it('is renewed as another revision, with another token', async () => {
    const { w } = await privateWorld();
    await w.tick();
    w.pass(61 * DAY);
    await w.tick();
    expect(progress(w).current).toMatchObject({ revision: 2 });
    expect(new Set(issues(w).map(({ input }) => input.IdempotencyToken)).size).toBe(2);
  });
});

describe('a certificate that is still in progress', () => {
  it('is looked for after 1, 2, 4, 8, 16 and 30 seconds, and then every 30', async () => {
    const { w } = await privateWorld();
    w.privateCa.looks = 8;
    const times: number[] = [];
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'PrivateCa' && method === 'certificate' && when === 'before') times.push(w.clock.now().getTime());
    };
    await w.tick();
    const gaps = times.slice(1).map((time, index) => (time - times[index]!) / SECOND);
    expect(gaps).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
    expect(issues(w)).toHaveLength(1);
    expect(progress(w).current).toBeDefined();
  });

  it('for ten minutes fails without being given up, and is fetched by the next try', async () => {
    const { w } = await privateWorld();
    w.privateCa.looks = 10_000;
    await w.tick();
    expect(progress(w).failure).toMatchObject({ code: 'PRIVATE_CA_SLOW', class: 'step' });
    expect(progress(w).work!.segment!.state.certificateArn).toBe([...w.privateCa.issued.keys()][0]);
    w.privateCa.looks = 0;
    w.pass(2 * MINUTE);
    await w.tick();
    expect(progress(w).current).toBeDefined();
    expect(issues(w)).toHaveLength(1);
  });

  it('for a day is asked for anew', async () => {
    const { w } = await privateWorld();
    w.privateCa.looks = 10_000;
    await w.tick();
    w.pass(25 * HOUR);
    await w.tick();
    expect(progress(w).failure).toMatchObject({ code: 'ORDER_INVALID' });
    w.privateCa.looks = 0;
    w.pass(25 * HOUR);
    await w.tick();
    expect(issues(w)).toHaveLength(2);
    expect(progress(w).current).toBeDefined();
  });
});

describe('an answer that gets lost', () => {
  it('to the request brings the same certificate, not a second one', async () => {
    const { w } = await privateWorld();
    failing(w, 'issue', connectionError('ECONNRESET'), 'after');
    await w.tick();
    w.pass(2 * MINUTE);
    await w.tick();
    expect(issues(w).map(({ input }) => [input.IdempotencyToken, input.Validity])).toEqual([
      [issues(w)[0]!.input.IdempotencyToken, { Type: 'ABSOLUTE', Value: 1_803_384_000 }],
      [issues(w)[0]!.input.IdempotencyToken, { Type: 'ABSOLUTE', Value: 1_803_384_000 }],
    ]);
    expect(w.privateCa.issued.size).toBe(1);
    expect(progress(w).current).toBeDefined();
  });

  it('and is remembered only after the token has lapsed may cost one certificate more, and says so', async () => {
    const { w } = await privateWorld();
    failing(w, 'issue', connectionError('ECONNRESET'), 'after');
    await w.tick();
    w.pass(HOUR);
    w.privateCa.looks = 10_000;
    await w.tick();
    expect(w.privateCa.issued.size).toBe(2);
    expect(progress(w).work!.warnings).toContainEqual(
      'a request of 2026-11-25T12:00:00.000Z had no answer: ACM Private CA may have issued one certificate more',
    );
  });

  it('while the client itself tries again costs nothing more', async () => {
    const { w } = await privateWorld();
    const { send } = w.privateCa;
    let lost = 0;
    w.privateCa.send = async (command) => {
      const answer = await send.call(w.privateCa, command);
      if (command.constructor.name === 'IssueCertificateCommand' && lost++ === 0) throw connectionError('ECONNRESET');
      return answer;
    };
    await w.tick();
    expect(progress(w).failure).toBeUndefined();
    expect([issues(w).length, w.privateCa.issued.size]).toEqual([2, 1]);
  });
});

describe('what AWS refuses', () => {
  it.each([
    { what: 'access', method: 'issue', error: 'AccessDeniedException', code: 'PRIVATE_CA_DENIED' },
    { what: 'a quota that is used up', method: 'issue', error: 'LimitExceededException', code: 'PRIVATE_CA_QUOTA' },
    { what: 'the arguments', method: 'issue', error: 'InvalidArgsException', code: 'CA_REFUSED' },
    { what: 'the state of the CA', method: 'issue', error: 'InvalidStateException', code: 'PRIVATE_CA_UNUSABLE' },
    {
      what: 'a CA that there is not',
      method: 'describe',
      error: 'ResourceNotFoundException',
      code: 'PRIVATE_CA_UNUSABLE',
    },
    {
      what: 'a certificate that failed',
      method: 'certificate',
      error: 'RequestFailedException',
      code: 'ORDER_INVALID',
    },
  ])('$what is $code', async ({ method, error, code }) => {
    const { w } = await privateWorld();
    const commands = {
      issue: 'IssueCertificate',
      describe: 'DescribeCertificateAuthority',
      certificate: 'GetCertificate',
    };
    const { send } = w.privateCa;
    w.privateCa.send = async (command) => {
      if (command.constructor.name === `${commands[method as keyof typeof commands]}Command`)
        throw awsError(error, 'no');
      return send.call(w.privateCa, command);
    };
    await w.tick();
    expect(progress(w).failure).toMatchObject({ code });
    expect(issues(w).length).toBeLessThanOrEqual(1);
  });

  it.each([
    { what: 'a disabled CA', change: { status: 'DISABLED' }, code: 'PRIVATE_CA_UNUSABLE' },
    { what: 'an expired CA', change: { status: 'EXPIRED' }, code: 'PRIVATE_CA_UNUSABLE' },
    {
      what: 'a short-lived CA',
      change: { usageMode: 'SHORT_LIVED_CERTIFICATE' as const },
      code: 'PRIVATE_CA_SHORT_LIVED',
    },
  ])('$what is seen before anything is asked of it ($code)', async ({ change, code }) => {
    const { w, ca } = await privateWorld();
    Object.assign(ca, change);
    await w.tick();
    expect(progress(w).failure).toMatchObject({ code, class: 'human' });
    expect(actions(w)).toEqual(['DescribeCertificateAuthority']);
    Object.assign(ca, { status: 'ACTIVE', usageMode: 'GENERAL_PURPOSE' });
    w.pass(25 * HOUR);
    await w.tick();
    expect(progress(w).current).toBeDefined();
  });

  it('a CA that ends first is refused, or clamped to where the issuer says so', async () => {
    const ends = new Date('2026-12-25T00:00:00Z');
    const { w, ca } = await privateWorld({}, { ca: { notAfter: ends } });
    await w.tick();
    expect(progress(w).failure).toMatchObject({ code: 'CA_ENDS_FIRST' });
    await w.deploy(privateCaYaml(ca.arn, { annotations: 'evercert.dev/clamp-to-ca: "true"' }) + privateYaml('web'));
    await w.tick();
    expect(progress(w).current!.notAfter).toBe('2026-12-25T00:00:00.000Z');
  });
});

describe('a CA that throttles everything', () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `c${index}`);
  const many = { quotas: { secretsWritesPerSecond: 100_000 }, inFlight: 1_000 };

  it.each([
    { what: 'its certificates', throttled: ['IssueCertificate'] },
    { what: 'all that it is asked', throttled: 'all' as const },
  ])(
    '($what) is asked at most twenty times an hour by a thousand certificates',
    async ({ throttled }) => {
      const { w } = await privateWorld({ names }, many);
      w.privateCa.throttled = throttled;
      const refused = () =>
        w.privateCa.sent.filter(({ action }) => throttled === 'all' || throttled.includes(action)).length;
      const perHour: number[] = [];
      for (let hour = 0; hour < 3; hour++) {
        const before = refused();
        for (let sweeps = 0; sweeps < 12; sweeps++) {
          await w.tick();
          w.pass(5 * MINUTE);
        }
        perHour.push(refused() - before);
      }
      expect(Math.max(...perHour)).toBeLessThanOrEqual(20);
      expect(perHour.at(-1)).toBeLessThanOrEqual(3);
      expect(names.filter((name) => progress(w, name).failure !== undefined)).toEqual([]);
    },
    60_000,
  );

  it('issues to all who waited once it no longer does, one certificate each', async () => {
    const some = names.slice(0, 40);
    const { w } = await privateWorld({ names: some }, many);
    w.privateCa.throttled = ['IssueCertificate'];
    const sweeps = async (count: number) => {
      for (let sweep = 0; sweep < count; sweep++) {
        await w.tick();
        w.pass(5 * MINUTE);
      }
    };
    await sweeps(12);
    w.privateCa.throttled = [];
    w.privateCa.looks = 0;
    await sweeps(30);
    expect(some.filter((name) => progress(w, name).current === undefined)).toEqual([]);
    expect(w.privateCa.issued.size).toBe(40);
  });

  it('is asked 25 times by a thousand certificates at the same instant', async () => {
    const { w } = await privateWorld({ names }, many);
    w.privateCa.throttled = ['IssueCertificate'];
    await w.invokeSweep();
    const isLater = async () => Promise.reject(new Error('a later instant'));
    const ports = { ...w.compose(), timer: { sleep: isLater } };
    await Promise.allSettled(w.executions.started().map((input) => w.invokeAdvance(input, ports)));
    expect(w.executions.started()).toHaveLength(1_000);
    expect(issues(w)).toHaveLength(25);
  }, 60_000);

  it('is left alone by one certificate for longer each time, up to an hour, without a failure', async () => {
    const { w } = await privateWorld();
    w.privateCa.throttled = ['IssueCertificate'];
    const times: number[] = [];
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'PrivateCa' && method === 'issue' && when === 'before') times.push(w.clock.now().getTime());
    };
    for (let sweeps = 0; sweeps < 600; sweeps++) {
      await w.tick();
      w.pass(MINUTE);
    }
    const gaps = times.slice(1).map((time, index) => (time - times[index]!) / MINUTE);
    expect(gaps).toEqual([3, 3, 6, 12, 24, 48, 60, 60, 60, 60, 60, 60, 60, 60]);
    expect(progress(w).failure).toBeUndefined();
    w.privateCa.throttled = [];
    w.pass(HOUR);
    await w.tick();
    expect(progress(w).current).toBeDefined();
  });

  it('only for a moment holds nobody up for long, and its certificates live as long as they would have', async () => {
    const { w } = await privateWorld({ more: '  duration: 48h' });
    w.privateCa.throttled = ['IssueCertificate'];
    await w.tick();
    w.privateCa.throttled = [];
    w.pass(5 * MINUTE);
    await w.tick();
    expect(progress(w).current).toMatchObject({ notAfter: '2026-11-27T12:05:00.000Z' });
    expect(issues(w)).toHaveLength(2);
    expect(w.privateCa.issued.size).toBe(1);
  });
});

describe('the pace of a fleet', () => {
  it('is 25 certificates at once, then 25 a second', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `c${index}`);
    const { w } = await privateWorld({ names }, { quotas: { secretsWritesPerSecond: 100_000 } });
    w.privateCa.looks = 0;
    const times: number[] = [];
    const { send } = w.privateCa;
    w.privateCa.send = (command) => {
      if (command.constructor.name === 'IssueCertificateCommand') times.push(w.clock.now().getTime());
      return send.call(w.privateCa, command);
    };
    await w.tick();
    expect(times).toHaveLength(60);
    expect(times.filter((time) => time === times[0])).toHaveLength(25);
    expect(times.at(-1)! - times[0]!).toBeGreaterThanOrEqual(35 * 40);
  });

  it('costs one look at the CA a container, not one a certificate', async () => {
    const { w } = await privateWorld({ names: ['a', 'b', 'c'] });
    await w.invokeSweep();
    const ports = w.compose();
    for (const input of w.executions.started()) await w.invokeAdvance(input, ports);
    expect(actions(w).filter((one) => one === 'DescribeCertificateAuthority')).toHaveLength(1);
  });
});

describe('a row of a Private CA', () => {
  it('holds no private key, no request and no certificate', async () => {
    const { w } = await privateWorld();
    w.privateCa.looks = 10_000;
    await w.tick();
    expect(JSON.stringify(w.ledger.row('default/web'))).not.toMatch(/BEGIN|MII/);
  });
});
