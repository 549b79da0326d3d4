// The contracts of TxtBook and AccountBook.
import { describe, expect, it } from 'vitest';
import { minute, type OpenLedger, txt } from './story.ts';

const many = (n: number, holder: string) =>
  Array.from({ length: n }, (_, i) => txt({ value: `${holder}-v${i}`, holder }));

const describeWant = (open: OpenLedger): void => {
  describe('want', () => {
    it('admits apex and wildcard of one order in one call, and again', async () => {
      const { txtBook } = await open();
      const claims = many(2, 'shop/web#1');
      expect(await txtBook.want(claims)).toEqual({ admitted: claims, full: [] });
      expect(await txtBook.want(claims)).toEqual({ admitted: claims, full: [] });
      expect(await txtBook.olderThan({ before: minute(1), limit: 10 })).toHaveLength(2);
    });

    it('admits as many as fit, and the others when there is room', async () => {
      const { txtBook } = await open();
      const first = many(7, 'shop/a#1');
      await txtBook.want(first);
      const second = many(2, 'shop/b#1');
      expect(await txtBook.want(second)).toEqual({ admitted: [second[0]], full: [second[1]] });
      await txtBook.forget([first[0]!]);
      expect(await txtBook.want(second)).toEqual({ admitted: second, full: [] });
    });

    it('counts each name for itself', async () => {
      const { txtBook } = await open();
      const one = many(8, 'shop/a#1');
      const other = one.map((claim) => ({ ...claim, name: '_acme-challenge.www.example.com' }));
      const answer = await txtBook.want([...one, ...other]);
      expect(answer.admitted).toHaveLength(16);
      expect(answer.full).toEqual([]);
    });

    it('admits eight of 20 holders that come at once, and all of them one after the other', async () => {
      const { txtBook } = await open();
      const claims = Array.from({ length: 20 }, (_, i) => txt({ value: `v${i}`, holder: `shop/s${i}#1` }));
      const answers = await Promise.all(claims.map((claim) => txtBook.want([claim])));
      const admitted = answers.flatMap((answer) => answer.admitted);
      expect(admitted).toHaveLength(8);
      expect(answers.flatMap((answer) => answer.full)).toHaveLength(12);
      expect(await txtBook.olderThan({ before: minute(1), limit: 99 })).toHaveLength(8);
      await Promise.all(admitted.map((claim) => txtBook.forget([claim])));
      const again = await Promise.all(claims.slice(0, 8).map((claim) => txtBook.want([claim])));
      expect(again.flatMap((answer) => answer.full)).toEqual([]);
    });

    it('lets nobody share a value that somebody else holds', async () => {
      const { txtBook } = await open();
      await txtBook.want([txt({ value: 'same', holder: 'shop/a#1' })]);
      const theirs = txt({ value: 'same', holder: 'shop/b#1' });
      expect(await txtBook.want([theirs])).toEqual({ admitted: [], full: [theirs] });
    });
  });
};

const describeForget = (open: OpenLedger): void => {
  describe('forget and olderThan', () => {
    it('forgets claims, unknown ones too, and never those of another holder', async () => {
      const { txtBook } = await open();
      const mine = txt({ value: 'mine', holder: 'shop/a#1' });
      const theirs = txt({ value: 'theirs', holder: 'shop/b#1' });
      await txtBook.want([mine]);
      await txtBook.want([theirs]);
      await txtBook.forget([
        mine,
        { ...theirs, holder: 'shop/a#1' },
        txt({ value: 'unknown', holder: 'shop/a#1' }),
        txt({ value: 'mine', holder: 'shop/a#1', host: 'nowhere.example.com' }),
      ]);
      await txtBook.forget([mine]);
      expect(await txtBook.olderThan({ before: minute(1), limit: 10 })).toEqual([theirs]);
    });

    it('tells what is older, oldest first, with all that is needed to remove it', async () => {
      const { txtBook } = await open();
      const claims = [3, 1, 2].map((since) => txt({ value: `v${since}`, holder: `shop/s${since}#1`, since }));
      for (const claim of claims) await txtBook.want([claim]);
      expect(await txtBook.olderThan({ before: minute(3), limit: 10 })).toEqual([claims[1], claims[2]]);
      expect(await txtBook.olderThan({ before: minute(9), limit: 1 })).toEqual([claims[1]]);
    });
  });
};

/** Runs the contract of TxtBook. */
export const describeTxtBook = (open: OpenLedger): void => {
  describe('TxtBook', () => {
    describeWant(open);
    describeForget(open);
  });
};

const LOCK = { id: 'account-1', holder: 'shop/a#1', now: minute(0), until: minute(2) };

/** Runs the contract of AccountBook. */
export const describeAccountBook = (open: OpenLedger): void => {
  describe('AccountBook', () => {
    it('lets one of a hundred register, until the record is there', async () => {
      const { accountBook } = await open();
      const holders = Array.from({ length: 100 }, (_, i) => `shop/s${i}#1`);
      const answers = await Promise.all(holders.map((holder) => accountBook.lock({ ...LOCK, holder })));
      expect(answers.filter((locked) => locked)).toHaveLength(1);
      expect(await accountBook.read(LOCK.id)).toBeUndefined();
      const holder = holders[answers.indexOf(true)]!;
      await accountBook.save({ id: LOCK.id, holder, record: { url: 'https://ca/acct/1', keyVersionId: 'k1' } });
      expect(await accountBook.read(LOCK.id)).toEqual({ url: 'https://ca/acct/1', keyVersionId: 'k1' });
      expect(await accountBook.lock({ ...LOCK, holder: 'shop/next#1' })).toBe(true);
    });

    it('lets the same holder lock again, and anybody once the lock has expired', async () => {
      const { accountBook } = await open();
      expect(await accountBook.lock(LOCK)).toBe(true);
      expect(await accountBook.lock(LOCK)).toBe(true);
      const other = { ...LOCK, holder: 'shop/b#1', until: minute(9) };
      expect(await accountBook.lock({ ...other, now: minute(1) })).toBe(false);
      expect(await accountBook.lock({ ...other, now: minute(2) })).toBe(true);
    });

    it('writes nothing for a holder whose lock has gone to another, nor frees that one', async () => {
      const { accountBook } = await open();
      await accountBook.lock(LOCK);
      await accountBook.lock({ ...LOCK, holder: 'shop/b#1', now: minute(3), until: minute(9) });
      await accountBook.save({ id: LOCK.id, holder: LOCK.holder, record: { url: 'https://ca/acct/late' } });
      expect(await accountBook.read(LOCK.id)).toBeUndefined();
      expect(await accountBook.lock({ ...LOCK, now: minute(4), until: minute(9) })).toBe(false);
    });

    it('frees a lock without touching the record, and replaces a record as a whole', async () => {
      const { accountBook } = await open();
      await accountBook.lock(LOCK);
      await accountBook.save({ ...LOCK, record: { url: 'https://ca/acct/1', keyVersionId: 'k1' } });
      await accountBook.lock(LOCK);
      await accountBook.save({ id: LOCK.id, holder: LOCK.holder });
      expect(await accountBook.read(LOCK.id)).toEqual({ url: 'https://ca/acct/1', keyVersionId: 'k1' });
      await accountBook.lock(LOCK);
      await accountBook.save({ ...LOCK, record: { keyVersionId: 'k2' } });
      expect(await accountBook.read(LOCK.id)).toEqual({ keyVersionId: 'k2' });
    });

    it('keeps what is known of an account beside its URL, also when the URL is forgotten', async () => {
      const { accountBook } = await open();
      const record = {
        url: 'https://ca/acct/1',
        keyVersionId: 'k1',
        email: 'ops@example.org',
        externalAccountKeyId: 'kid-1',
        rolloverSince: '2026-11-25T12:00:00.000Z',
      };
      await accountBook.lock(LOCK);
      await accountBook.save({ ...LOCK, record });
      expect(await accountBook.read(LOCK.id)).toEqual(record);
      await accountBook.lock(LOCK);
      await accountBook.save({ ...LOCK, record: { externalAccountKeyId: 'kid-1' } });
      expect(await accountBook.read(LOCK.id)).toEqual({ externalAccountKeyId: 'kid-1' });
    });
  });
};
