// The same declarations give the same bytes, and nothing that somebody writes in one becomes anything but text.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { manifestsFor } from '#core/bridge/manifests/manifests.ts';
import type { Manifest, ManifestsInput } from '#core/bridge/manifests/model.ts';
import { literal } from '#core/bridge/manifests/template.ts';
import { clusterOfText, filesOf, headerOf, yamlOf } from '#core/bridge/manifests/text.ts';
import { certificate, inputOf, SAMPLE, specIn, titleOf } from '#test/support/bridge/catalogue.ts';

const INPUT = inputOf(SAMPLE, {}, { trust: 'external-secrets' });

const WEB = inputOf([certificate('shop/web')]);

const withNote = (key: string, note: string): ManifestsInput => {
  const certificates = WEB.catalogue.certificates.map((one) => {
    const secretTemplate = { labels: {}, annotations: { [key]: note } };
    return one.name === 'shop/web' ? { ...one, certificate: { ...one.certificate, secretTemplate } } : one;
  });
  return { ...WEB, catalogue: { ...WEB.catalogue, certificates } };
};

const reread = (text: string, version: '1.1' | '1.2'): unknown[] =>
  parseAllDocuments(text, { version }).map((document) => document.toJS());

/** What Go's text/template makes of a text without other actions. */
const executed = (template: string): string => template.replaceAll('{{"{{"}}', '{{');

describe('manifests as text', () => {
  it('are the same bytes, whatever order the certificates come in', () => {
    const expected = yamlOf(manifestsFor(INPUT));
    const { certificates } = INPUT.catalogue;
    fc.assert(
      fc.property(fc.shuffledSubarray([...certificates], { minLength: certificates.length }), (shuffled) => {
        const catalogue = { ...INPUT.catalogue, certificates: shuffled };
        expect(yamlOf(manifestsFor({ ...INPUT, catalogue }))).toBe(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('read back as the same objects, by YAML 1.1 and 1.2', () => {
    const manifests = JSON.parse(JSON.stringify(manifestsFor(INPUT))) as Manifest[];
    const text = yamlOf(manifests);
    expect(reread(text, '1.2')).toEqual(manifests);
    expect(reread(text, '1.1')).toEqual(manifests);
  });

  it('change by one line where one thing is changed', () => {
    const lines = (cluster: object) => yamlOf(manifestsFor(inputOf([certificate('shop/web')], cluster))).split('\n');
    const [before, after] = [lines({}), lines({ store: { name: 'other' } })];
    expect(before.length).toBe(after.length);
  });

  it('keep what somebody wrote as text: no other document, no other type, no template', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        '{{ .key }}',
        '{{{{',
        '{{{ .key }}}',
        'x\n---\nkind: Pod',
        'yes',
        '0x1F',
        '1_000',
        '2026-01-01',
        '!!binary aGk=',
        '&a *a',
        '# no',
      ),
      fc.string({ unit: fc.constantFrom('{', '}', '"', '-', ' ', '.key', '\\', '`') }),
    );
    fc.assert(
      fc.property(hostile, (note) => {
        const manifests = manifestsFor(withNote('note', note)).filter(({ metadata }) => metadata.name === 'web-tls');
        const documents = reread(yamlOf(manifests), '1.1') as Manifest[];
        expect(documents).toHaveLength(manifests.length);
        const web = new Map(documents.map((one) => [titleOf(one), one]));
        type Templated = { target: { template: { metadata: { annotations: Record<string, string> } } } };
        const { annotations } = specIn<Templated>(web, 'ExternalSecret shop/web-tls').target.template.metadata;
        expect(executed(annotations.note ?? '')).toBe(note);
        expect((annotations.note ?? '').replaceAll('{{"{{"}}', '')).not.toContain('{{');
      }),
      { numRuns: 200 },
    );
  });

  it('cannot be given another fact by a secretTemplate', () => {
    const text = yamlOf(manifestsFor(withNote('evercert.dev/sha256', 'forged')));
    expect(text).not.toContain('forged');
    expect(text).toContain('evercert.dev/sha256: "{{ .sha256 }}"');
  });
});

describe('a literal in a template', () => {
  it.each([
    ['plain', 'plain'],
    ['{{ .key }}', '{{"{{"}} .key }}'],
    ['{{{', '{{"{{"}}{'],
    ['{{{{', '{{"{{"}}{{"{{"}}'],
    ['}} {', '}} {'],
  ])('%s is written %s', (text, template) => {
    expect(literal(text)).toBe(template);
  });
});

describe('files', () => {
  it('say whose they are in their first line', () => {
    for (const text of filesOf('blue', manifestsFor(INPUT)).values()) expect(clusterOfText(text)).toBe('blue');
    expect(clusterOfText(headerOf('green'))).toBe('green');
    expect(clusterOfText('apiVersion: v1\n')).toBeUndefined();
  });

  it('hold every object once', () => {
    const manifests = manifestsFor(INPUT);
    const files = [...filesOf('blue', manifests)].filter(([name]) => name !== 'kustomization.yaml');
    expect(files.map(([name]) => name)).toEqual([
      'cluster.yaml',
      'namespace-blog.yaml',
      'namespace-pki.yaml',
      'namespace-shop.yaml',
    ]);
    expect(files.flatMap(([, text]) => reread(text, '1.2'))).toHaveLength(manifests.length);
  });
});
