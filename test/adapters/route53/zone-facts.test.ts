// A zone's name servers and private zones, on the strict model of Route53.
import { beforeEach, describe, expect, it } from 'vitest';
import { route53ZoneFacts } from '#adapters/route53/zone-facts.ts';
import { Route53Model } from '#test/support/route53-model.ts';
import { awsError } from '#test/support/sdk-errors.ts';

const zone = { id: 'Z1COM', name: 'example.com', access: {} };
let model: Route53Model;
const facts = (refuse?: () => void) =>
  route53ZoneFacts({
    clientFor: async () => {
      refuse?.();
      return model.client;
    },
    timer: { sleep: async () => undefined },
    random: () => 0.5,
  });

beforeEach(() => {
  model = new Route53Model({ clock: { now: () => new Date(0) } });
  model.addZone({ id: 'Z1COM', name: 'Example.com' });
  model.addZone({ id: 'ZPRIV', name: 'internal.example.com', isPrivate: true });
});

describe('zone facts', () => {
  it("give a zone's name servers, asked once", async () => {
    const subject = facts();
    const servers = [
      'ns-0.z1com.awsdns.com',
      'ns-1.z1com.awsdns.net',
      'ns-2.z1com.awsdns.org',
      'ns-3.z1com.awsdns.co.uk',
    ];
    expect(await subject.servers(zone)).toEqual(servers);
    expect(await subject.servers(zone)).toEqual(servers);
    expect(model.calls).toEqual(['GetHostedZone']);
  });

  it('name the private zone that covers a name, and no public one', async () => {
    const subject = facts();
    const access = {};
    expect(await subject.privateZone({ name: '_acme-challenge.a.internal.example.com', access })).toBe(
      'internal.example.com (ZPRIV)',
    );
    expect(await subject.privateZone({ name: '_acme-challenge.example.com', access })).toBeUndefined();
  });

  it('say which statement is missing, and nothing of private zones where listing is refused', async () => {
    const refused = facts(() => {
      throw awsError('AccessDenied', 'not authorized', 403);
    });
    await expect(refused.servers(zone)).rejects.toMatchObject({
      code: 'DNS_DENIED',
      message: expect.stringContaining(
        '"Action":"route53:GetHostedZone","Resource":"arn:aws:route53:::hostedzone/Z1COM"',
      ),
    });
    expect(await refused.privateZone({ name: 'example.com', access: {} })).toBeUndefined();
  });
});
