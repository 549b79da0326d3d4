// spec.renewal and the annotation that asks for one more certificate: what they become, and what is said of mistakes.
import { describe, expect, it } from 'vitest';
import { readDeclarations } from '#core/declaration/read.ts';
import { CERTIFICATE, exchange, ISSUER, saidOfCertificate } from './problem-table.ts';

const spec = (lines: string) => exchange(CERTIFICATE, '  secretName: web-tls\n', `  secretName: web-tls\n${lines}\n`);
const renewal = (lines: string) => spec(`  renewal:\n    ${lines.split('\n').join('\n    ')}`);
const window = (fields: string) => renewal(`policy: RenewBefore\nwindows:\n  - {${fields}}`);
const certificateOf = (text: string) =>
  readDeclarations(
    [
      { file: 'web.yaml', text },
      { file: 'issuer.yaml', text: ISSUER },
    ],
    { scope: 'folder' },
  ).catalogue.certificates[0]?.certificate;

describe('spec.renewal', () => {
  it('becomes windows with a duration and a zone, UTC where none is written', () => {
    const text = renewal(
      'policy: RenewBefore\nwindows:\n  - {cron: "0 2 * * 1-5", windowDuration: 2h30m, timezone: Europe/Berlin}\n  - {cron: "@weekly", windowDuration: 1h}',
    );
    expect(saidOfCertificate(text)).toEqual([]);
    expect(certificateOf(text)?.renewal).toEqual({
      policy: 'RenewBefore',
      windows: [
        { cron: '0 2 * * 1-5', durationMs: 9_000_000, timeZone: 'Europe/Berlin' },
        { cron: '@weekly', durationMs: 3_600_000, timeZone: 'UTC' },
      ],
    });
  });

  it.each([
    ['policy: RenewBefore', 'without windows'],
    ['policy: ""', 'with an empty policy'],
    ['windows: []', 'with no window'],
  ])('%s says what holds anyway', (lines) => {
    expect(saidOfCertificate(renewal(lines))).toEqual([]);
    expect(certificateOf(renewal(lines))).not.toHaveProperty('renewal');
  });

  it('with the policy Disabled is taken, with a warning', () => {
    const text = renewal('policy: Disabled');
    expect(saidOfCertificate(text)).toEqual(['warning 8:13 RENEWAL_DISABLED spec.renewal.policy']);
    expect(certificateOf(text)?.renewal).toEqual({ policy: 'Disabled', windows: [] });
  });

  const AT = 'spec.renewal.windows[0]';
  it.each([
    ['an unknown policy', renewal('policy: Never'), 'error 8:13 FIELD_VALUE spec.renewal.policy'],
    ['no cron', window('windowDuration: 1h'), `error 10:9 FIELD_MISSING ${AT}.cron`],
    ['no duration', window('cron: "0 2 * * *"'), `error 10:9 FIELD_MISSING ${AT}.windowDuration`],
    ['four fields', window('cron: "0 2 * *", windowDuration: 1h'), `error 10:16 RENEWAL_CRON_INVALID ${AT}.cron`],
    ['an hour 25', window('cron: "0 25 * * *", windowDuration: 1h'), `error 10:16 RENEWAL_CRON_INVALID ${AT}.cron`],
    ['31 February', window('cron: "0 2 31 2 *", windowDuration: 1h'), `error 10:16 RENEWAL_CRON_INVALID ${AT}.cron`],
    [
      'days as duration',
      window('cron: "0 2 * * *", windowDuration: 1d'),
      `error 10:45 DURATION_INVALID ${AT}.windowDuration`,
    ],
    [
      'nine minutes',
      window('cron: "0 2 * * *", windowDuration: 9m'),
      `error 10:45 RENEWAL_WINDOW_TOO_SHORT ${AT}.windowDuration`,
    ],
    [
      'an unknown zone',
      window('cron: "0 2 * * *", windowDuration: 1h, timezone: Mars/Olympus'),
      `error 10:59 TIME_ZONE_INVALID ${AT}.timezone`,
    ],
    ['a misspelled field', window('cron: "0 2 * * *", duration: 1h'), `error 10:9 FIELD_MISSING ${AT}.windowDuration`],
  ])('with %s is refused', (_what, text, said) => {
    expect(saidOfCertificate(text)).toContain(said);
  });
});

describe('evercert.dev/renew-requested', () => {
  const annotated = (text: string) =>
    exchange(
      CERTIFICATE,
      '  name: web\n',
      `  name: web\n  annotations:\n    evercert.dev/renew-requested: "${text}"\n`,
    );

  it('is taken as it is written, and changes the declaration', () => {
    expect(saidOfCertificate(annotated('2026-11-25'))).toEqual([]);
    expect(certificateOf(annotated('2026-11-25'))?.renewRequested).toBe('2026-11-25');
  });

  it('that is empty asks for nothing', () => {
    expect(certificateOf(annotated(''))).not.toHaveProperty('renewRequested');
  });

  it('that is misspelled is warned of', () => {
    const text = exchange(annotated('x'), 'renew-requested', 'renew-request');
    expect(saidOfCertificate(text)).toEqual([
      'warning 6:5 ANNOTATION_NO_EFFECT metadata.annotations["evercert.dev/renew-request"]',
    ]);
  });
});
