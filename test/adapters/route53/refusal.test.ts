// Which records Route53's messages blame, and what is sent again.
import { InvalidChangeBatch, type Route53Client } from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { type Ask, asker } from '#adapters/route53/ask.ts';
import { applyChange } from '#adapters/route53/changes.ts';
import { refusalMessages } from '#adapters/route53/errors.ts';
import { offendersNamed } from '#adapters/route53/refusal.ts';
import { answering, awsError } from '#test/support/sdk-errors.ts';

const apex = { name: '_acme-challenge.example.com', value: 'apexValue' };
const wildcard = { name: '_acme-challenge.example.com', value: 'wildValue' };
const deeper = { name: 'www._acme-challenge.example.com', value: 'deepValue' };
const other = { name: '_acme-challenge.example.com.au', value: 'otherValue' };
const records = [apex, wildcard, deeper, other];
const plainTxt = (identifier: string) =>
  `RRSet with DNS name _acme-challenge.example.com., type TXT, SetIdentifier "${identifier}" cannot be created because a non multivalue answer rrset exists with the same name and type.`;
const notFound = (identifier = '') =>
  `Tried to delete resource record set [name='_acme-challenge.example.com.', type='TXT'${identifier}] but it was not found`;

describe('a message', () => {
  it.each([
    ['blames the record with its identifier', plainTxt('wildValue'), [wildcard]],
    ['blames the record that it quotes', 'encountered with \'"apexValue"\'', [apex]],
    ['blames a set identifier of a delete', notFound(", set-identifier='apexValue'"), [apex]],
    ['blames nobody when it speaks of one of two sets of a name', notFound(), []],
    ['blames nobody for an identifier that is not in the batch', plainTxt('strangeValue'), []],
    [
      'blames all of a name when it speaks of the name',
      'RRSet of type TXT with DNS name _acme-challenge.example.com. is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone example.com.',
      [apex, wildcard],
    ],
    [
      'blames a name without its dot',
      'RRSet with DNS name _acme-challenge.example.com.au is not permitted in zone example.com',
      [other],
    ],
    ['blames nobody when it names nothing', 'Number of records limit of 1000 exceeded.', []],
  ])('%s', (_, message, blamed) => {
    expect(offendersNamed(records, [message]).map(({ record }) => record)).toEqual(blamed);
  });
});

describe('the messages of an InvalidChangeBatch', () => {
  const metadata = { $metadata: {} };
  it('are taken from the list', () => {
    const error = new InvalidChangeBatch({ message: '', messages: ['one', 'two'], ...metadata });
    expect(refusalMessages(error)).toEqual(['one', 'two']);
  });

  it('are cut from the one text of the other wire form', () => {
    const error = new InvalidChangeBatch({ message: `[${plainTxt('a')}, ${notFound()}]`, ...metadata });
    expect(refusalMessages(error)).toEqual([plainTxt('a'), notFound()]);
  });

  it('are none for another error', () => {
    expect(refusalMessages(awsError('InvalidInput', 'x'))).toBeUndefined();
  });
});

describe('a refused batch', () => {
  const zone = { id: 'Z1', name: 'example.com', access: {} };
  const ask = (client: Route53Client): Ask =>
    asker({ clientFor: async () => client, timer: { sleep: async () => undefined }, random: () => 0.5 });

  /** A Route53 that refuses every batch with a bad value in it, in the given words. */
  const refusing = (bad: readonly string[], words: (value: string) => string) =>
    answering<Route53Client>(
      ({ ChangeBatch }: { ChangeBatch: { Changes: { ResourceRecordSet: { SetIdentifier: string } }[] } }) => {
        const sent = ChangeBatch.Changes.map((change) => change.ResourceRecordSet.SetIdentifier);
        const messages = sent.filter((value) => bad.includes(value)).map(words);
        if (messages.length > 0)
          throw new InvalidChangeBatch({ message: '', messages, $metadata: { httpStatusCode: 400 } });
        return { ChangeInfo: { Id: `/change/${sent.join('-')}` } };
      },
    );
  const batchOf = (...values: readonly string[]) => values.map((value) => ({ name: `${value}.example.com`, value }));

  it('is sent once more without the records that are named', async () => {
    const { client, sent } = refusing(
      ['b'],
      (value) => `RRSet with DNS name ${value}.example.com. is not permitted in zone x.`,
    );
    const change = applyChange(ask(client), { zone, kind: 'upsert', records: batchOf('a', 'b', 'c', 'd') });
    await expect(change).rejects.toMatchObject({
      code: 'DNS_CHANGE_REFUSED',
      detail: { offenders: ['b.example.com'] },
    });
    expect(sent).toHaveLength(2);
  });

  it('is halved until the bad one is alone when none is named, and the good ones stand', async () => {
    const { client, sent } = refusing(['c'], () => 'something is wrong');
    const change = applyChange(ask(client), { zone, kind: 'upsert', records: batchOf('a', 'b', 'c', 'd') });
    await expect(change).rejects.toMatchObject({ code: 'DNS_CHANGE_REFUSED', message: /something is wrong/ });
    const batches = sent.map(({ input }) => JSON.stringify(input).match(/"SetIdentifier":"\w"/g)?.length);
    expect(batches).toEqual([4, 2, 2, 1, 1]);
  });

  it('of deletes ends well when what it blames is gone, whichever wording', async () => {
    for (const words of ['it was not found', 'the values provided do not match the current values']) {
      const { client } = refusing(
        ['a', 'b'],
        (value) => `Tried to delete resource record set [name='${value}.example.com.', type='TXT'] but ${words}`,
      );
      expect(await applyChange(ask(client), { zone, kind: 'delete', records: batchOf('a', 'b', 'c') })).toEqual(['c']);
      expect(await applyChange(ask(client), { zone, kind: 'delete', records: batchOf('a', 'b') })).toEqual([]);
    }
  });

  it('with a plain TXT and another fault is refused with both names', async () => {
    const { client } = refusing(['a', 'b'], (value) =>
      value === 'a'
        ? plainTxt('a').replaceAll('_acme-challenge', 'a')
        : 'RRSet with DNS name b.example.com. is not permitted in zone x.',
    );
    const change = applyChange(ask(client), { zone, kind: 'upsert', records: batchOf('a', 'b') });
    await expect(change).rejects.toMatchObject({
      code: 'DNS_CHANGE_REFUSED',
      detail: { offenders: ['a.example.com', 'b.example.com'] },
    });
  });
});
