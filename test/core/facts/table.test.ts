// The table of facts, its published schemas and docs/events/README.md say the same.
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ALARM_IDS } from '#core/alarms/ids.ts';
import { DETAIL_TYPES, FACT_KINDS, FACTS, type Fact, type FactKind, factOf, type ResultEvent } from '#core/events.ts';
import { eventSchema } from '#core/facts/json-schema.ts';
import { misshapen } from '#test/support/fake-bus.ts';

const root = new URL('../../../', import.meta.url).pathname;
const readme = readFileSync(`${root}docs/events/README.md`, 'utf8');
const fact = (kind: FactKind): Fact => FACTS[kind];
const blocks = (text: string, mark: string): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${mark}\n([\\s\\S]*?)\`\`\``, 'g'))].map((hit) => hit[1]!);

interface Sample {
  readonly source: string;
  readonly 'detail-type': ResultEvent['detailType'];
  readonly time: string;
  readonly detail: ResultEvent['detail'];
}
const samples = blocks(readme, 'json').map((text) => JSON.parse(text) as Sample);
const sampleOf = (kind: FactKind): Sample[] => samples.filter((one) => one['detail-type'] === DETAIL_TYPES[kind]);

describe.each(FACT_KINDS)('the fact %s', (kind) => {
  it('has the schema that is published', () => {
    const published = readFileSync(`${root}docs/events/${kind}.json`, 'utf8');
    expect(JSON.parse(published), 'npm run events').toEqual(eventSchema(kind));
  });

  it('has one sample in the docs, of the published shape', () => {
    const [sample, ...more] = sampleOf(kind);
    expect(more).toEqual([]);
    expect(sample).toMatchObject({ source: 'evercert', detail: { schema: fact(kind).schema } });
    expect(misshapen({ detailType: sample!['detail-type'], detail: sample!.detail })).toBeUndefined();
    expect(sample!.detail.at).toContain(sample!.time.slice(0, 19));
  });

  it('has its row in the docs: event, outcome, log line, metric and alarms', () => {
    const { detailType, isOutcome, log, metric, alarms } = fact(kind);
    const told = alarms.length === 0 ? 'none' : alarms.map((id) => `\`${id}\``).join(', ');
    expect(readme).toContain(
      `| \`${kind}\` | \`${detailType}\` | ${isOutcome ? 'yes' : 'no'} | \`${log.message}\` | \`${metric.name}\` (${metric.by}) | ${told} |`,
    );
    expect(readme).toContain(`[${kind}.json](${kind}.json)). ${fact(kind).means}`);
  });

  it('is counted where the table says, and said in the words of the table', () => {
    const { metric, log } = fact(kind);
    const source = (path: string): string => readFileSync(`${root}${path}`, 'utf8');
    if (metric.by !== 'event') expect(source('core/metrics.ts')).toMatch(new RegExp(`\\b${metric.name}\\b`));
    if (metric.by === 'sync') expect(source('core/bridge/deliver-one.ts')).toContain(`'${log.message}'`);
  });

  it('names alarms that exist', () => {
    expect(fact(kind).alarms.filter((id) => !(ALARM_IDS as readonly string[]).includes(id))).toEqual([]);
  });
});

describe('docs/events', () => {
  it('holds no schema of a fact that does not exist', () => {
    const files = globSync('docs/events/*.json', { cwd: root }).map((path) => path.slice('docs/events/'.length, -5));
    expect(files.sort()).toEqual([...FACT_KINDS].sort());
  });

  it('holds no field that a schema forbids a newer version to add', () => {
    expect(FACT_KINDS.filter((kind) => JSON.stringify(eventSchema(kind)).includes('additionalProperties'))).toEqual([]);
  });

  it('has patterns of rules that name no event that does not exist', () => {
    const patterns = blocks(readme, 'json pattern');
    expect(patterns).toHaveLength(3);
    for (const pattern of patterns) {
      const named = JSON.stringify(JSON.parse(pattern)).match(/Evercert [A-Z][A-Za-z ]+/g) ?? [];
      expect(named.filter((detailType) => factOf(detailType) === undefined)).toEqual([]);
    }
  });
});

describe('the names of events', () => {
  it("are told once each, and are ACM's where the meaning is the same", () => {
    expect(new Set(Object.values(DETAIL_TYPES)).size).toBe(14);
    expect(DETAIL_TYPES.expired).toBe('Evercert Certificate Expired');
    expect(DETAIL_TYPES.approaching).toBe('Evercert Certificate Approaching Expiration');
  });
});
