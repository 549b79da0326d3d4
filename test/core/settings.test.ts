// The settings' schema: defaults for who says nothing, refusals for who says what cannot be.
import { describe, expect, it } from 'vitest';
import { runtimeSettings, serviceSettings, sweepPeriodMs } from '#core/settings.ts';

describe('settings', () => {
  it('have a default for everything', () => {
    expect(serviceSettings.parse({})).toEqual({
      prefix: 'evercert',
      alarms: {},
      alarmActions: { page: [], warn: [] },
      dashboard: 'on',
      dashboardActions: false,
      metricsByIssuer: false,
      notifications: { facts: ['failed', 'overdue', 'approaching', 'expired', 'drifted', 'undelivered'] },
      digest: { day: 'MON', hour: 8, timeZone: 'UTC' },
      sweepPeriodMinutes: 5,
      inFlight: 100,
      zones: [],
      validationZones: [],
      dnsRoles: [],
      privateCas: [],
      clusterResourceNamespace: 'cert-manager',
      quotas: {
        route53PerSecond: 10,
        secretsWritesPerSecond: 50,
        zoneChangesPerSecond: 5,
        privateCaIssuesPerSecond: 25,
      },
      preflight: 'on',
      clusters: [],
      replicas: [],
      secretReaders: [],
      logRetentionDays: 90,
    });
  });

  it.each([
    { fault: 'a period of zero', input: { sweepPeriodMinutes: 0 } },
    { fault: 'a period of half a minute', input: { sweepPeriodMinutes: 0.5 } },
    { fault: 'a period of two hours', input: { sweepPeriodMinutes: 120 } },
    { fault: 'nothing in flight', input: { inFlight: 0 } },
    { fault: 'too much in flight', input: { inFlight: 5_000 } },
    { fault: 'a prefix with a slash', input: { prefix: 'a/b' } },
    { fault: 'an empty prefix', input: { prefix: '' } },
    { fault: 'a zone name for a zone id', input: { zones: [{ id: 'example.com' }] } },
    { fault: 'a zone without id', input: { validationZones: [{ name: 'example.com' }] } },
    { fault: 'a cluster that is called none', input: { clusters: [{ name: 'none' }] } },
    { fault: 'a cluster with capitals', input: { clusters: [{ name: 'Blue' }] } },
    { fault: 'two clusters of one name', input: { clusters: [{ name: 'blue' }, { name: 'blue' }] } },
    { fault: 'a refresh that never comes', input: { clusters: [{ name: 'blue', refreshInterval: '0h' }] } },
    { fault: 'a reader that is no role', input: { secretReaders: ['arn:aws:iam::111122223333:user/x'] } },
    { fault: 'a number in words', input: { inFlight: '100' } },
  ])('refuse $fault', ({ input }) => {
    expect(serviceSettings.safeParse(input).success).toBe(false);
  });

  it('of a function need the names of what was deployed', () => {
    expect(runtimeSettings.safeParse({}).success).toBe(false);
    expect(runtimeSettings.parse({ tableName: 't', eventBusName: 'b' })).toMatchObject({
      tableName: 't',
      eventBusName: 'b',
      acmeTimeoutMs: 15_000,
      dnsServers: [],
      inFlight: 100,
    });
  });

  it('give the sweep period in milliseconds', () => {
    expect(sweepPeriodMs({ sweepPeriodMinutes: 5 })).toBe(300_000);
  });
});
