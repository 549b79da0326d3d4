// The contracts of Limits, Circuits and Probes, and SweepTurn.
import { describe, expect, it } from 'vitest';
import type { Take } from '#core/limits/bucket.ts';
import { minute, type OpenLedger } from './story.ts';

/** Two at once, one more every ten minutes. */
const two = (id: string, tokens = 1): Take => ({
  bucket: { id, words: id, rate: { capacity: 2, msPerToken: 600_000 } },
  tokens,
});
const unknown = (id: string, tokens = 1): Take => ({ bucket: { id, words: id }, tokens });

export const describeLimits = (open: OpenLedger): void => {
  describe('Limits', () => {
    it('takes what is there, refuses what is not, and says when there is more', async () => {
      const { limits } = await open();
      const takes = [two('a')];
      expect(await limits.take({ takes, now: minute(0) })).toEqual({ kind: 'taken' });
      expect(await limits.take({ takes, now: minute(0) })).toEqual({ kind: 'taken' });
      expect(await limits.take({ takes, now: minute(1) })).toMatchObject({ kind: 'refused', at: minute(10), ahead: 0 });
      expect(await limits.take({ takes, now: minute(10) })).toEqual({ kind: 'taken' });
    });

    it('gives each one that is refused a place of its own in the queue', async () => {
      const { limits } = await open();
      const takes = [two('a')];
      for (const _ of [1, 2]) await limits.take({ takes, now: minute(0) });
      const places = [];
      for (const _ of [1, 2, 3]) places.push(await limits.take({ takes, now: minute(0) }));
      expect(places).toMatchObject([
        { at: minute(10), ahead: 0 },
        { at: minute(20), ahead: 1 },
        { at: minute(30), ahead: 2 },
      ]);
    });

    it('takes all or none', async () => {
      const { limits } = await open();
      for (const _ of [1, 2]) await limits.take({ takes: [two('empty')], now: minute(0) });
      expect(await limits.take({ takes: [two('full'), two('empty')], now: minute(0) })).toMatchObject({
        kind: 'refused',
        bucket: { id: 'empty' },
      });
      expect(await limits.take({ takes: [two('full', 2)], now: minute(0) })).toEqual({ kind: 'taken' });
    });

    it('lets ten that come at once have the two tokens', async () => {
      const { limits } = await open();
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => limits.take({ takes: [two('a'), unknown('b')], now: minute(0) })),
      );
      const taken = answers.filter(({ kind }) => kind === 'taken').length;
      // Of those that met at the same moment some may be sent to the queue though a token was left; never too many are let in.
      expect(taken).toBeLessThanOrEqual(2);
      const later = await limits.take({ takes: [two('a')], now: minute(20) });
      expect(later).toEqual({ kind: 'taken' });
    });

    it('asks without taking', async () => {
      const { limits } = await open();
      const ask = { takes: [two('a', 0)], now: minute(0) };
      for (const _ of [1, 2, 3]) expect(await limits.take(ask)).toEqual({ kind: 'taken' });
      await limits.learn({ take: two('a'), now: minute(0) });
      await limits.learn({ take: two('a'), now: minute(0) });
      expect(await limits.take(ask)).toMatchObject({ kind: 'refused', at: minute(10), ahead: 0 });
      await limits.learn({ take: two('a'), now: minute(0) });
      expect(await limits.take(ask)).toMatchObject({ kind: 'refused', at: minute(20), ahead: 0 });
    });

    it('gives back', async () => {
      const { limits } = await open();
      const takes = [two('a', 2)];
      await limits.take({ takes, now: minute(0) });
      await limits.giveBack({ takes, now: minute(1) });
      await limits.giveBack({ takes: [two('never taken')], now: minute(1) });
      expect(await limits.take({ takes, now: minute(1) })).toEqual({ kind: 'taken' });
    });

    it('keeps to what was learned, also where no figures are known; a sooner instant changes nothing', async () => {
      const { limits } = await open();
      const takes = [unknown('a')];
      expect(await limits.take({ takes, now: minute(0) })).toEqual({ kind: 'taken' });
      await limits.learn({ take: unknown('a'), now: minute(0), blockedUntil: minute(30) });
      await limits.learn({ take: unknown('a'), now: minute(0), blockedUntil: minute(20) });
      expect(await limits.take({ takes, now: minute(1) })).toMatchObject({ kind: 'refused', at: minute(30) });
      expect(await limits.take({ takes, now: minute(30) })).toEqual({ kind: 'taken' });
    });

    it('takes more buckets than one transaction holds', async () => {
      const { limits } = await open();
      const takes = Array.from({ length: 130 }, (_, i) => two(`b${i}`));
      expect(await limits.take({ takes, now: minute(0) })).toEqual({ kind: 'taken' });
      expect(await limits.take({ takes: [two('b129', 2)], now: minute(0) })).toMatchObject({ kind: 'refused' });
    });
  });
};

const fault = (certificate: string, more: { at?: number; probing?: boolean; retryAt?: Date } = {}) => ({
  scope: 'zone#Z1',
  code: 'DNS_DENIED' as const,
  message: 'denied',
  certificate,
  now: minute(more.at ?? 0),
  probing: more.probing ?? false,
  ...(more.retryAt === undefined ? {} : { retryAt: more.retryAt }),
});

export const describeCircuits = (open: OpenLedger): void => {
  describe('Circuits and Probes', () => {
    const opened = async () => {
      const { circuits } = await open();
      for (const name of ['a/1', 'a/2', 'a/3']) await circuits.open(fault(name));
      return circuits;
    };

    it('opens with the third distinct certificate', async () => {
      const { circuits } = await open();
      for (const name of ['a/1', 'a/2', 'a/1', 'a/2']) await circuits.open(fault(name));
      expect(await circuits.look()).toEqual([]);
      await circuits.open(fault('a/3', { at: 1 }));
      expect(await circuits.look()).toEqual([
        {
          scope: 'zone#Z1',
          code: 'DNS_DENIED',
          message: 'denied',
          openedAt: minute(1).toISOString(),
          nextProbeAt: minute(2).toISOString(),
          probes: 0,
        },
      ]);
    });

    it('forgets faults that are half an hour old', async () => {
      const { circuits } = await open();
      for (const name of ['a/1', 'a/2']) await circuits.open(fault(name));
      await circuits.open(fault('a/3', { at: 31 }));
      expect(await circuits.look()).toEqual([]);
    });

    it('lets one certificate probe, once it is time', async () => {
      const circuits = await opened();
      expect(await circuits.begin({ scope: 'zone#Z1', now: minute(0), until: minute(6) })).toBe(false);
      const answers = await Promise.all(
        [1, 2, 3].map(() => circuits.begin({ scope: 'zone#Z1', now: minute(1), until: minute(6) })),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await circuits.look()).toMatchObject([{ nextProbeAt: minute(6).toISOString(), probes: 0 }]);
      expect(await circuits.begin({ scope: 'zone#Z1', now: minute(6), until: minute(9) })).toBe(true);
      expect(await circuits.begin({ scope: 'issuer#none', now: minute(6), until: minute(9) })).toBe(false);
    });

    it('waits longer after each probe that failed, not after those that were on their way', async () => {
      const circuits = await opened();
      await circuits.open(fault('a/4'));
      expect(await circuits.look()).toMatchObject([{ nextProbeAt: minute(1).toISOString(), probes: 0 }]);
      await circuits.open(fault('a/1', { at: 1, probing: true }));
      expect(await circuits.look()).toMatchObject([{ nextProbeAt: minute(3).toISOString(), probes: 1 }]);
      await circuits.open(fault('a/1', { at: 3, probing: true, retryAt: minute(50) }));
      expect(await circuits.look()).toMatchObject([{ nextProbeAt: minute(50).toISOString(), probes: 2 }]);
    });

    it('closes, and counts anew', async () => {
      const circuits = await opened();
      await circuits.close({ scope: 'zone#Z1' });
      await circuits.close({ scope: 'zone#Z1' });
      await circuits.open(fault('a/9'));
      expect(await circuits.look()).toEqual([]);
    });
  });
};

export const describeSweepTurn = (open: OpenLedger): void => {
  describe('SweepTurn', () => {
    it('is one holder’s at a time, and passes on when it ends or lapses', async () => {
      const { sweepTurn } = await open();
      const take = (holder: string, at: number) => sweepTurn.take({ holder, now: minute(at), until: minute(at + 5) });
      expect(await take('one', 0)).toBe(true);
      expect(await take('two', 1)).toBe(false);
      expect(await take('one', 2)).toBe(true);
      await sweepTurn.end({ holder: 'two' });
      expect(await take('two', 3)).toBe(false);
      await sweepTurn.end({ holder: 'one' });
      expect(await take('two', 3)).toBe(true);
      expect(await take('three', 8)).toBe(true);
    });
  });
};
