// The contract of sharing: what is set stands on each secret of ours, however it came about.
import { describe, expect, it } from 'vitest';
import { type Context, fresh } from './setup.ts';

const READERS = ['arn:aws:iam::111122223333:role/reader', 'arn:aws:iam::444455556666:role/team/other'];
const sharing = { secretReaders: READERS, replicas: [{ region: 'eu-west-1' }] };
const STATEMENT = {
  Sid: 'EvercertReaders',
  Effect: 'Allow',
  Principal: { AWS: ['arn:aws:iam::111122223333:root', 'arn:aws:iam::444455556666:root'] },
  Action: 'secretsmanager:GetSecretValue',
  Resource: '*',
  Condition: { ArnEquals: { 'aws:PrincipalArn': READERS } },
};
const statementsOf = (policy: string | undefined): unknown => JSON.parse(policy ?? '{}').Statement;

export const describeSharing = (context: Context): void => {
  describe('sharing', () => {
    it('stands on a new secret, in policy and replicas', async () => {
      const under = context();
      const request = fresh();
      await under.open({ sharing }).versions.open(request);
      const { policy, regions } = await under.byHand.shared(request.name);
      expect(statementsOf(policy)).toEqual([STATEMENT]);
      const { bornAlone } = under.differences;
      expect(regions).toEqual(bornAlone ? [] : ['eu-west-1']);
      expect(await under.open({ sharing }).sharing.keep(request)).toBe(bornAlone);
      expect((await under.byHand.shared(request.name)).regions).toEqual(['eu-west-1']);
    });

    it('comes to a secret that was made before, when it is opened or looked at, once', async () => {
      const under = context();
      const [opened, looked] = [fresh(), fresh()];
      for (const request of [opened, looked]) await under.open().versions.open(request);
      await under.open({ sharing }).versions.open(opened);
      const daily = under.open({ sharing }).sharing;
      expect([await daily.keep(looked), await daily.keep(looked), await daily.keep(opened)]).toEqual([
        true,
        false,
        false,
      ]);
      for (const { name } of [opened, looked]) {
        const { policy, regions } = await under.byHand.shared(name);
        expect(statementsOf(policy)).toEqual([STATEMENT]);
        expect(regions).toEqual(['eu-west-1']);
      }
    });

    it('changes its own statement alone, and keeps those of others', async () => {
      const under = context();
      const request = fresh();
      await under.open({ sharing }).versions.open(request);
      const theirs = { ...STATEMENT, Sid: 'Theirs' };
      const text = JSON.stringify({ Version: '2012-10-17', Statement: [theirs, STATEMENT] });
      await under.byHand.allow({ name: request.name, policy: text });
      const fewer = { ...sharing, secretReaders: READERS.slice(0, 1) };
      expect(await under.open({ sharing: fewer }).sharing.keep(request)).toBe(true);
      const { policy } = await under.byHand.shared(request.name);
      expect(statementsOf(policy)).toEqual([
        theirs,
        expect.objectContaining({ Principal: { AWS: ['arn:aws:iam::111122223333:root'] } }),
      ]);
    });

    it('never touches a secret of somebody else', async () => {
      const under = context();
      const request = fresh();
      await under.byHand.create({ name: request.name, text: 'theirs' });
      expect(await under.open({ sharing }).sharing.keep(request)).toBe(false);
      expect(await under.byHand.shared(request.name)).toEqual({ policy: undefined, regions: [] });
    });

    it('is nothing at all where nothing is set', async () => {
      const under = context();
      const request = fresh();
      await under.open().versions.open(request);
      expect(await under.open().sharing.keep(request)).toBe(false);
      expect(await under.byHand.shared(request.name)).toEqual({ policy: undefined, regions: [] });
    });
  });
};
