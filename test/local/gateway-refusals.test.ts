// What Route53 refuses and the emulator would accept, as a client of the SDK sees it.
import type { ChangeAction, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batch, gatewayStage, one, type Stage, txt } from '#test/support/gateway-stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await gatewayStage();
});
afterEach(() => stage.stop());

describe('what AWS refuses and the emulator would accept', () => {
  const long = `"${'x'.repeat(256)}"`;
  const cases: [string, [ChangeAction, ResourceRecordSet][], string][] = [
    [
      'a multivalue set beside a plain one',
      [['UPSERT', one('plain.example.com', 'a')]],
      '[RRSet with DNS name plain.example.com., type TXT, SetIdentifier "a" cannot be created because a non multivalue answer rrset exists with the same name and type.]',
    ],
    [
      'a plain set beside a multivalue one',
      [['CREATE', txt('many.example.com', '"b"')]],
      '[RRSet with DNS name many.example.com., type TXT cannot be created as other RRSets exist with the same name and type.]',
    ],
    [
      'TXT beside a CNAME',
      [['CREATE', txt('alias.example.com', '"b"')]],
      '[RRSet of type TXT with DNS name alias.example.com. is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone example.com.]',
    ],
    [
      'a CNAME beside TXT',
      [['CREATE', { ...txt('plain.example.com', 'www.example.com'), Type: 'CNAME' }]],
      '[RRSet of type CNAME with DNS name plain.example.com. is not permitted as it conflicts with other records with the same DNS name in zone example.com.]',
    ],
    [
      'a CNAME at the apex',
      [['CREATE', { ...txt('example.com', 'www.example.com'), Type: 'CNAME' }]],
      '[RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone example.com.]',
    ],
    [
      'a value without quotes',
      [['UPSERT', txt('a.example.com', 'bare')]],
      "[Invalid Resource Record: 'FATAL problem: InvalidCharacterString (Value should be enclosed in quotation marks) encountered with 'bare'']",
    ],
    [
      'a string over 255 characters',
      [['UPSERT', txt('a.example.com', long)]],
      `[Invalid Resource Record: 'FATAL problem: CharacterStringTooLong (Value is too long) encountered with '${long}'']`,
    ],
    ['a value twice', [['UPSERT', txt('a.example.com', '"v"', '"v"')]], `[Duplicate Resource Record: '"v"']`],
    [
      'a name outside the zone',
      [['UPSERT', txt('a.example.org', '"v"')]],
      '[RRSet with DNS name a.example.org. is not permitted in zone example.com.]',
    ],
    [
      'a CREATE of what is there',
      [['CREATE', one('many.example.com', 'one')]],
      "[Tried to create resource record set [name='many.example.com.', type='TXT', set-identifier='one'] but it already exists]",
    ],
    [
      'a DELETE of what is not there',
      [['DELETE', one('many.example.com', 'two')]],
      "[Tried to delete resource record set [name='many.example.com.', type='TXT', set-identifier='two'] but it was not found]",
    ],
    [
      'a DELETE with another value',
      [['DELETE', txt('plain.example.com', '"other"')]],
      "[Tried to delete resource record set [name='plain.example.com.', type='TXT'] but the values provided do not match the current values]",
    ],
    [
      'one set twice in a batch',
      [
        ['UPSERT', txt('a.example.com', '"v"')],
        ['UPSERT', txt('A.example.com.', '"w"')],
      ],
      "[The request contains an invalid set of changes for a resource record set 'TXT a.example.com.']",
    ],
    [
      'more than 1,000 records, an UPSERT counting twice',
      [['UPSERT', txt('a.example.com', ...Array.from({ length: 501 }, (_, index) => `"${index}"`))]],
      '[Number of records limit of 1000 exceeded.]',
    ],
    [
      'more than 32,000 characters, an UPSERT counting twice',
      [
        [
          'UPSERT',
          txt('a.example.com', ...Array.from({ length: 70 }, (_, index) => `"${String(index).padStart(230, '0')}"`)),
        ],
      ],
      '[RDATA character limit of 32000 exceeded.]',
    ],
    [
      'every fault of a batch at once',
      [
        ['UPSERT', one('plain.example.com', 'a')],
        ['UPSERT', one('alias.example.com', 'b')],
        ['UPSERT', one('fine.example.com', 'c')],
      ],
      '[RRSet with DNS name plain.example.com., type TXT, SetIdentifier "a" cannot be created because a non multivalue answer rrset exists with the same name and type., RRSet of type TXT with DNS name alias.example.com. is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone example.com.]',
    ],
  ];

  it.each(cases)('refuses %s in the words of Route53', async (_, changes, message) => {
    await expect(stage.route53().send(batch(changes))).rejects.toMatchObject({
      name: 'InvalidChangeBatch',
      message,
      $metadata: { httpStatusCode: 400 },
    });
    expect(stage.arrived.filter(({ method }) => method === 'POST')).toEqual([]);
    expect(stage.gateway.calls()).toMatchObject([
      { action: 'route53:ChangeResourceRecordSets', status: 400, errorCode: 'InvalidChangeBatch' },
    ]);
  });

  it('refuses a set without values, or with an identifier and no routing, as invalid input', async () => {
    await expect(
      stage.route53().send(batch([['DELETE', { Name: 'a.example.com', Type: 'TXT' }]])),
    ).rejects.toMatchObject({
      name: 'InvalidInput',
      message:
        'Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found none in Change with [Action=DELETE, Name=a.example.com, Type=TXT, SetIdentifier=null]',
    });
    await expect(
      stage.route53().send(batch([['CREATE', { ...txt('a.example.com', '"v"'), SetIdentifier: 's' }]])),
    ).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  it('lets a plain set be replaced by multivalue ones in one batch', async () => {
    await stage.route53().send(
      batch([
        ['DELETE', txt('plain.example.com', '"plain"')],
        ['CREATE', one('plain.example.com', 'a')],
      ]),
    );
    expect(stage.inDns('plain.example.com')).toEqual(['a']);
  });

  it('passes on what the emulator says of a zone that it does not know', async () => {
    await expect(stage.route53().send(batch([['UPSERT', txt('a.example.com', '"v"')]], 'Z9'))).rejects.toMatchObject({
      name: 'NoSuchHostedZone',
    });
  });
});
