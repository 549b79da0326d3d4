// A batch of a cluster's queue: what is read out of it, and what comes again.
import { describe, expect, it } from 'vitest';
import { readBatch } from '#adapters/sync-messages.ts';

const event = (detailType: string, detail: object, source = 'evercert'): string =>
  JSON.stringify({ version: '0', id: 'e1', 'detail-type': detailType, source, detail });

const issued = (certificate: string): string =>
  event('Evercert Certificate Issued', { schema: 1, id: 'record-1', certificate, clusters: ['blue'] });
const lagging = event('Evercert Delivery Lagging', { schema: 1, id: 'lagging-1', clusters: ['blue'] });

const batch = (...bodies: readonly string[]) => readBatch(bodies.map((body, i) => ({ messageId: `m${i + 1}`, body })));

const again = (...ids: readonly string[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

describe('a batch', () => {
  it('names each certificate once, whatever the events about it are', () => {
    const renewed = event('Evercert Certificate Renewed', { schema: 1, id: 'record-2', certificate: 'shop/web' });
    const { certificates, wake, unreadable, answer } = batch(issued('shop/web'), renewed, issued('shop/api'));
    expect({ certificates, wake, unreadable }).toEqual({
      certificates: ['shop/web', 'shop/api'],
      wake: false,
      unreadable: [],
    });
    expect(answer([])).toEqual(again());
    expect(answer(['shop/web'])).toEqual(again('m1', 'm2'));
  });

  it('wakes by one event that targets are due, which does not come again by itself', () => {
    const { certificates, wake, answer } = batch(lagging, issued('shop/web'), lagging);
    expect({ certificates, wake }).toEqual({ certificates: ['shop/web'], wake: true });
    expect(answer(['shop/web'])).toEqual(again('m2'));
  });

  it.each([
    ['no JSON', 'tls.key'],
    ['no object', '"text"'],
    ['nothing', 'null'],
    ["somebody else's event", event('Evercert Certificate Issued', { schema: 1, certificate: 'shop/web' }, 'aws.ec2')],
    ['an event of another schema', event('Evercert Certificate Issued', { schema: 2, certificate: 'shop/web' })],
    ['an event about no certificate', event('Evercert Certificate Issued', { schema: 1 })],
    ['an event without a detail', JSON.stringify({ source: 'evercert', 'detail-type': 'Evercert Delivery Lagging' })],
    ['an event whose detail is nothing', JSON.stringify({ source: 'evercert', detail: null })],
  ])('sends %s back until the dead-letter queue takes it, and the others are done', (_what, body) => {
    const { certificates, wake, unreadable, answer } = batch(body, issued('shop/web'));
    expect({ certificates, wake, unreadable }).toEqual({
      certificates: ['shop/web'],
      wake: false,
      unreadable: ['m1'],
    });
    expect(answer([])).toEqual(again('m1'));
  });
});
