// What the emulators cannot show of Route53: how often it is asked, its haste, its denials, and its wordings.
import type { Route53Client } from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { type Route53DnsOptions, route53Dns } from '#adapters/route53/dns-provider.ts';
import type { EvercertError } from '#core/errors.ts';
import { Route53Model } from '#test/support/route53-model.ts';
import { answering, awsError, connectionError } from '#test/support/sdk-errors.ts';

const zone = { id: 'Z1', name: 'example.com', access: {} };
const name = '_acme-challenge.example.com';
const one = { zone, kind: 'upsert' as const, records: [{ name, value: 'v1' }] };
const accepted = { ChangeInfo: { Id: '/change/C1', Status: 'PENDING' } };

const setup = (client: Route53Client, more: Partial<Route53DnsOptions> = {}) => {
  const gaps: number[] = [];
  const now = { ms: 0 };
  const provider = route53Dns({
    clientFor: async () => client,
    clock: { now: () => new Date(now.ms) },
    timer: {
      sleep: async (ms) => {
        gaps.push(ms);
      },
    },
    random: () => 0.5,
    zones: [],
    validationZones: [],
    ...more,
  });
  return { provider, gaps, now };
};

const failureOf = async (work: Promise<unknown>): Promise<EvercertError> => {
  const failure = await work.then(
    () => new Error('it went well'),
    (error: unknown) => error,
  );
  return failure as EvercertError;
};

describe('the number of calls', () => {
  const model = () => {
    const made = new Route53Model({ clock: { now: () => new Date(0) } });
    made.addZone({ id: 'Z1', name: 'example.com' });
    return made;
  };

  it('is four for a name whose change settles at the first look, and three for the next name', async () => {
    const route53 = model();
    const { provider } = setup(route53.client);
    for (const label of ['a', 'b']) {
      const records = [{ name: `_acme-challenge.${label}.example.com`, value: label }];
      const found = await provider.zoneFor({ name: records[0]?.name ?? '', access: {} });
      if (!found) throw new Error('no zone');
      const changeId = (await provider.change({ zone: found, kind: 'upsert', records })) ?? '';
      await provider.isSettled({ zone: found, changeId });
      await provider.change({ zone: found, kind: 'delete', records });
    }
    const perName = ['ChangeResourceRecordSets', 'GetChange', 'ChangeResourceRecordSets'];
    expect(route53.calls).toEqual(['ListHostedZonesByName', ...perName, ...perName]);
  });

  it('is none for a configured zone with its name', async () => {
    const route53 = model();
    const { provider } = setup(route53.client, { zones: [{ id: 'Z1', name: 'example.com' }] });
    expect(await provider.zoneFor({ name, access: {} })).toEqual(zone);
    expect(route53.calls).toEqual([]);
  });

  it('is one listing in five minutes, or after half a minute for a name that no zone covers', async () => {
    const route53 = model();
    const { provider, now } = setup(route53.client);
    await provider.zoneFor({ name, access: {} });
    expect(await provider.zoneFor({ name: 'new.test', access: {} })).toBeUndefined();
    now.ms = 29_000;
    expect(await provider.zoneFor({ name: 'new.test', access: {} })).toBeUndefined();
    expect(route53.calls).toHaveLength(1);
    route53.addZone({ id: 'Z2', name: 'new.test' });
    now.ms = 31_000;
    expect((await provider.zoneFor({ name: 'new.test', access: {} }))?.id).toBe('Z2');
    now.ms = 330_000;
    await provider.zoneFor({ name, access: {} });
    expect(route53.calls).toHaveLength(2);
    now.ms = 332_000;
    await provider.zoneFor({ name, access: {} });
    expect(route53.calls).toHaveLength(3);
  });

  it('is a listing per role', async () => {
    const route53 = model();
    const { provider } = setup(route53.client, { zones: [{ id: 'Z9', name: 'other.test' }] });
    const access = { role: 'arn:aws:iam::111122223333:role/dns', externalId: 'x' };
    expect(await provider.zoneFor({ name, access })).toEqual({ ...zone, access });
    expect(await provider.zoneFor({ name, access: {} })).toBeUndefined();
    expect(route53.calls).toEqual(['ListHostedZonesByName']);
  });
});

describe('a request', () => {
  it('asks for multivalue answers of ten seconds, quoted, one set per value', async () => {
    const { client, sent } = answering<Route53Client>(accepted);
    await setup(client).provider.change({ ...one, records: [{ name: 'A.Example.com.', value: 'say "\\" é' }] });
    expect(sent[0]?.input).toEqual({
      HostedZoneId: 'Z1',
      ChangeBatch: {
        Changes: [
          {
            Action: 'UPSERT',
            ResourceRecordSet: {
              Name: 'a.example.com',
              Type: 'TXT',
              SetIdentifier: 'say "\\" é',
              MultiValueAnswer: true,
              TTL: 10,
              ResourceRecords: [{ Value: '"say \\"\\\\\\" \\303\\251"' }],
            },
          },
        ],
      },
    });
  });

  it('keeps the limits: 32,000 characters counted twice for upserts, 1,000 sets for deletes', async () => {
    const records = Array.from({ length: 1_001 }, (_, n) => ({ name, value: String(n).padStart(43, '0') }));
    const sizes = async (kind: 'upsert' | 'delete', some: typeof records): Promise<number[]> => {
      const { client, sent } = answering<Route53Client>(accepted);
      await setup(client).provider.change({ zone, kind, records: some });
      return sent.map(({ input }) => (input.ChangeBatch as { Changes: unknown[] }).Changes.length);
    };
    expect(await sizes('upsert', records.slice(0, 400))).toEqual([355, 45]);
    expect(await sizes('delete', records)).toEqual([711, 290]);
    const short = Array.from({ length: 1_001 }, (_, n) => ({ name, value: String(n) }));
    expect(await sizes('delete', short)).toEqual([1_000, 1]);
    expect(await sizes('upsert', short)).toEqual([500, 500, 1]);
  });

  it('gives one id for several requests, settled when all of them are', async () => {
    const statuses: Record<string, string> = { C1: 'INSYNC', C2: 'PENDING' };
    const { client } = answering<Route53Client>(({ Id }: { Id: string }) => ({ ChangeInfo: { Status: statuses[Id] } }));
    const { provider } = setup(client);
    expect(await provider.isSettled({ zone, changeId: 'C1+C2' })).toBe(false);
    statuses.C2 = 'INSYNC';
    expect(await provider.isSettled({ zone, changeId: 'C1+C2' })).toBe(true);
  });

  it('takes a change that Route53 has forgotten as settled', async () => {
    const { client } = answering<Route53Client>(awsError('NoSuchChange', '', 404));
    expect(await setup(client).provider.isSettled({ zone, changeId: 'C1' })).toBe(true);
  });
});

describe('haste', () => {
  it('waits with growing gaps while Route53 is busy, and goes on', async () => {
    const busy = [awsError('Throttling', 'Rate exceeded'), awsError('PriorRequestNotComplete')];
    const { client } = answering<Route53Client>(...busy, accepted);
    const { provider, gaps } = setup(client);
    expect(await provider.change(one)).toBe('C1');
    expect(gaps).toEqual([200, 400]);
  });

  it('gives up within ten seconds', async () => {
    const { client } = answering<Route53Client>(awsError('Throttling', 'Rate exceeded'));
    const { provider, gaps } = setup(client);
    expect(await failureOf(provider.change(one))).toMatchObject({ code: 'DNS_UNAVAILABLE' });
    expect(gaps).toEqual([200, 400, 800, 1_600, 3_000, 3_000]);
  });

  it('spreads the gaps by chance', async () => {
    const { client } = answering<Route53Client>(awsError('ThrottlingException'), accepted);
    const { provider, gaps } = setup(client, { random: () => 0 });
    await provider.change(one);
    expect(gaps).toEqual([100]);
  });
});

describe('an error', () => {
  it('of IAM names action and zone and prints the missing statement', async () => {
    const { client } = answering<Route53Client>(awsError('AccessDenied', 'User is not authorized', 403));
    const failure = await failureOf(setup(client).provider.change(one));
    expect(failure).toMatchObject({ code: 'DNS_DENIED', detail: { action: 'route53:ChangeResourceRecordSets' } });
    expect(failure.message).toContain('in zone Z1 (example.com)');
    const statement = JSON.parse(failure.message.slice(failure.message.indexOf('{')));
    expect(statement).toMatchObject({ Effect: 'Allow', Resource: 'arn:aws:route53:::hostedzone/Z1' });
    expect(JSON.stringify(statement.Condition)).toContain('_acme-challenge.example.com');
  });

  it('of a role that cannot be assumed says which, and the external id', async () => {
    const access = { role: 'arn:aws:iam::111122223333:role/dns', externalId: 'x-1' };
    const { provider } = setup(answering<Route53Client>({}).client, {
      clientFor: async () => {
        throw awsError('AccessDenied', 'User: a is not authorized to perform: sts:AssumeRole on resource: b', 403);
      },
    });
    const failure = await failureOf(provider.zoneFor({ name, access }));
    expect(failure).toMatchObject({ code: 'DNS_DENIED', detail: { action: 'sts:AssumeRole' } });
    expect(failure.message).toContain('arn:aws:iam::111122223333:role/dns');
    expect(failure.message).toContain('x-1');
  });

  it.each([
    [awsError('ServiceUnavailable', '', 503), 'DNS_UNAVAILABLE'],
    [connectionError('ECONNRESET'), 'DNS_UNAVAILABLE'],
    [awsError('ExpiredToken', '', 403), 'DNS_UNAVAILABLE'],
    [awsError('InvalidInput', 'malformed', 400), 'DNS_CHANGE_REFUSED'],
    [awsError('NoSuchHostedZone', '', 404), 'DNS_NO_ZONE'],
  ])('%s becomes %s', async (error, code) => {
    expect(await failureOf(setup(answering<Route53Client>(error).client).provider.change(one))).toMatchObject({ code });
  });

  it('is not remembered: the next look-up of zones asks again', async () => {
    const { client } = answering<Route53Client>(awsError('ServiceUnavailable', '', 503), {
      HostedZones: [{ Id: '/hostedzone/Z1', Name: 'example.com.' }],
    });
    const { provider } = setup(client);
    expect(await failureOf(provider.zoneFor({ name, access: {} }))).toMatchObject({ code: 'DNS_UNAVAILABLE' });
    expect(await provider.zoneFor({ name, access: {} })).toEqual(zone);
  });
});

describe('a pinned zone', () => {
  it('is found in the listing where a role may list but not read it, as roles made for cert-manager', async () => {
    const { client, sent } = answering<Route53Client>(awsError('AccessDenied', 'GetHostedZone', 403), {
      HostedZones: [{ Id: '/hostedzone/Z1', Name: 'example.com.' }],
    });
    const access = { role: 'arn:aws:iam::111122223333:role/dns' };
    expect(await setup(client).provider.zoneFor({ name, pinnedZoneId: 'Z1', access })).toEqual({ ...zone, access });
    expect(sent.map(({ action }) => action)).toEqual(['GetHostedZone', 'ListHostedZonesByName']);
  });

  it('is denied in words about reading it where neither is allowed', async () => {
    const { client } = answering<Route53Client>(awsError('AccessDenied', 'not authorized', 403));
    const failure = await failureOf(setup(client).provider.zoneFor({ name, pinnedZoneId: 'Z1', access: {} }));
    expect(failure).toMatchObject({ code: 'DNS_DENIED', detail: { action: 'route53:GetHostedZone' } });
  });
});
