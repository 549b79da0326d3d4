// The small XML reader and the reader of change batches.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTxt } from '#local/dns/presentation.ts';
import { parseChanges } from '#local/gateway/change-batch.ts';
import { escapeXml, parseXml } from '#local/gateway/xml.ts';

describe('the XML reader', () => {
  it('reads elements, entities, CDATA, comments, attributes, prefixes and empty elements', () => {
    const text = `<?xml version="1.0"?><!-- c --><a:root xmlns:a='x > y'><b id="1>2">1 &lt; 2 &#65;&#x42;</b><c/><![CDATA[<raw>]]></a:root>`;
    expect(parseXml(text)).toEqual({
      tag: 'root',
      text: '<raw>',
      children: [
        { tag: 'b', text: '1 < 2 AB', children: [] },
        { tag: 'c', text: '', children: [] },
      ],
    });
  });

  it.each([
    ['nothing', ''],
    ['an element that stays open', '<a><b></a>'],
    ['an end without a start', '<a></a></b>'],
    ['two roots', '<a/><b/>'],
    ['a document type', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['JSON', '{"a":1}'],
  ])('refuses %s', (_, text) => {
    expect(parseXml(text)).toBeUndefined();
  });

  it('gives back any text that was escaped', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseXml(`<a>${escapeXml(text)}</a>`)?.text).toBe(text);
      }),
    );
  });

  it('never throws on garbage', () => {
    const garbage = fc.array(fc.constantFrom('<', '>', '/', 'a', '"', '&', ';', '!', '-', '[', ' ', '?', '#'));
    fc.assert(fc.property(garbage, (parts) => void parseXml(parts.join(''))));
  });
});

describe('the reader of change batches', () => {
  const batchOf = (change: string): string =>
    `<ChangeResourceRecordSetsRequest><ChangeBatch><Changes>${change}</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>`;

  it('reads a multivalue set and an alias', () => {
    const set =
      '<Name>a.example.com</Name><Type>TXT</Type><SetIdentifier>s</SetIdentifier><MultiValueAnswer>true</MultiValueAnswer><TTL>10</TTL><ResourceRecords><ResourceRecord><Value>"v"</Value></ResourceRecord></ResourceRecords>';
    const alias =
      '<Name>b.example.com</Name><Type>A</Type><AliasTarget><DNSName>lb.example.com</DNSName></AliasTarget>';
    const changes = [set, alias].map(
      (inner) => `<Change><Action>UPSERT</Action><ResourceRecordSet>${inner}</ResourceRecordSet></Change>`,
    );
    expect(parseChanges(batchOf(changes.join('')))).toEqual([
      {
        action: 'UPSERT',
        set: {
          name: 'a.example.com',
          type: 'TXT',
          setIdentifier: 's',
          routing: ['MultiValueAnswer'],
          ttl: 10,
          values: ['"v"'],
        },
      },
      {
        action: 'UPSERT',
        set: { name: 'b.example.com', type: 'A', routing: [], values: [], aliasTarget: 'lb.example.com' },
      },
    ]);
  });

  it.each([
    ['another document', '<CreateHostedZoneRequest/>'],
    ['no changes', batchOf('')],
    ['a change without a set', batchOf('<Change><Action>UPSERT</Action></Change>')],
  ])('refuses %s', (_, body) => {
    expect(parseChanges(body)).toBeUndefined();
  });
});

describe('a TXT value', () => {
  it.each([
    ['one string', '"abc"', { strings: ['abc'] }],
    ['several strings', '"abc" "d e"', { strings: ['abc', 'd e'] }],
    ['strings that touch', '"abc""def"', { strings: ['abc', 'def'] }],
    ['escapes', String.raw`"a\"b\\c\101"`, { strings: ['a"b\\cA'] }],
    ['an escaped backslash before digits', String.raw`"\\101"`, { strings: ['\\101'] }],
    ['an empty string', '""', { strings: [''] }],
    ['255 characters', `"${'x'.repeat(255)}"`, { strings: ['x'.repeat(255)] }],
    ['256 characters', `"${'x'.repeat(256)}"`, { fault: 'too-long' }],
    ['no quotes', 'abc', { fault: 'unquoted' }],
    ['quotes around a part', '"abc" def', { fault: 'unquoted' }],
    ['one quote', '"abc', { fault: 'unquoted' }],
    ['nothing', '', { fault: 'unquoted' }],
  ])('is read: %s', (_, value, expected) => {
    expect(parseTxt(value)).toEqual(expected);
  });
});
