// Codes, alarms, findings, facts, headings and `explain` hold together: what lacks one of them fails here.
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMPOSITES } from '#core/alarms/composites.ts';
import { ALARM_IDS } from '#core/alarms/ids.ts';
import { ALARMS } from '#core/alarms/table.ts';
import { CODES, type ErrorCode } from '#core/codes.ts';
import { FACTS } from '#core/events.ts';
import { BY_ITSELF, callsAPerson, explain, stillWorks } from '#core/explain.ts';
import { FINDINGS } from '#core/watchdog/findings.ts';

const root = new URL('../../../', import.meta.url).pathname;
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');
const runbook = read('docs/runbook.md');
const sectionOf = (heading: string): string =>
  runbook.split(new RegExp(`^##+ ${heading}$`, 'm'))[1]?.split(/^##+ /m)[0] ?? '';
const sources = globSync('{core,adapters,lambdas}/**/*.ts', { cwd: root })
  .filter((path) => !/^core\/(alarms|watchdog\/findings|explain)/.test(path))
  .map(read)
  .join('\n');

const calling = (Object.keys(CODES) as ErrorCode[]).filter(callsAPerson);
const words = [...Object.values(ALARMS), ...Object.values(FINDINGS), ...Object.values(COMPOSITES)];
const headings = [...new Set([...words.map(({ heading }) => heading), ...calling])];
const PARTS = ['What it means.', 'What still works.', 'What Evercert does by itself.', 'What to check.', 'What to do.'];

describe('docs/runbook.md', () => {
  it.each(headings)('says all five parts of %s, in their order, with a command or a place to look', (heading) => {
    const section = sectionOf(heading);
    const found = [...section.matchAll(/^\*\*(What [^*]+\.)\*\*/gm)].map(([, part]) => part);
    expect(found).toEqual(PARTS);
    expect(section.split('**What to check.**')[1]).toMatch(/`[^`]+`/);
  });

  it('has no heading that nothing leads to', () => {
    const there = [...runbook.matchAll(/^##+ ([A-Z][A-Z_]+)$/gm)].map(([, heading]) => heading!);
    expect(there.filter((heading) => !headings.includes(heading))).toEqual([]);
    expect(new Set(there).size).toBe(there.length);
  });

  it('leads to headings that exist', () => {
    const links = [...runbook.matchAll(/\]\(#([a-z_]+)\)/g)].map(([, anchor]) => anchor!.toUpperCase());
    expect(links.filter((heading) => !headings.includes(heading))).toEqual([]);
  });

  it.each(calling)('says of %s what still works and what happens by itself as the code does', (code) => {
    const section = sectionOf(code);
    const own = code === 'CIRCUIT_OPEN' || ALARMS['issuer-outage'].heading === code;
    if (!own) expect(section).toContain(`**What still works.** ${stillWorks(code)}\n`);
    expect(section).toContain(`**What Evercert does by itself.** ${BY_ITSELF[CODES[code].class]}\n`);
  });
});

describe('each alarm', () => {
  it.each(ALARM_IDS)('%s rings for a metric that something tells', (id) => {
    for (const { namespace, name } of Object.values(ALARMS[id].metrics))
      if (namespace === 'Evercert' && id !== 'maintenance') expect(sources).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it.each([...Object.values(ALARMS), ...Object.values(FINDINGS)])(
    '$heading looks for log lines that are written',
    ({ command }) => {
      for (const [, phrase] of command.matchAll(/'"([^"]+)"'/g)) expect(sources).toContain(phrase!);
    },
  );

  it('that a fact has a part in exists', () => {
    const known: readonly string[] = ALARM_IDS;
    expect(Object.values(FACTS).flatMap(({ alarms }) => alarms.filter((id) => !known.includes(id)))).toEqual([]);
  });
});

describe('explain', () => {
  it('knows every code, alarm, finding and composite, by any spelling of its case', () => {
    for (const name of [
      ...Object.keys(CODES),
      ...ALARM_IDS,
      ...Object.keys(FINDINGS),
      ...Object.keys(COMPOSITES),
      ...headings,
    ])
      expect(explain(name.toLowerCase()), name).toMatchObject({
        means: expect.stringMatching(/./),
        still: expect.stringMatching(/./),
        fix: expect.stringMatching(/./),
      });
  });

  it('says of a code what it means, what still works, what happens by itself and what to do', () => {
    expect(explain('dns_no_zone')).toEqual({
      name: 'DNS_NO_ZONE',
      means: 'No hosted zone of ours covers the name.',
      still:
        'The certificate that is current, until its end; nothing half done is published, other certificates are not held up.',
      itself: 'Probes once a day, sooner when little is left, and at once when the declaration changes.',
      fix: 'Create the public hosted zone, add its id to the setting "zones", or delegate _acme-challenge by CNAME into a zone of ours.',
      runbook: 'docs/runbook.md#dns_no_zone',
    });
  });

  it('says of an alarm what to type, with the names that are known', () => {
    expect(explain('sweep-stopped', { schedule: 'Sweep' })?.command).toBe(
      'aws scheduler get-schedule --name Sweep --query State; aws logs tail <sweepLog> --since 1h',
    );
  });

  it('knows nothing of what does not exist', () => {
    expect(explain('NO_SUCH_CODE')).toBeUndefined();
  });
});
