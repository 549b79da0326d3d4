// Whether KMS keys can be used: DescribeKey, remembered for a minute, since all secrets of a deployment share one key.
import { DescribeKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import type { Clock } from '#core/ports.ts';
import type { KeyStates } from '#core/sweep/ports.ts';

export { KMSClient } from '@aws-sdk/client-kms';

const REMEMBERED_MS = 60_000;

/** `KeyState` as KMS calls it (API_KeyMetadata); undefined where KMS does not tell: that is no finding about a secret. */
export const kmsKeyStates = ({ client, clock }: { client: KMSClient; clock: Clock }): KeyStates => {
  const known = new Map<string, { state: Promise<string | undefined>; at: number }>();
  const ask = async (keyId: string): Promise<string | undefined> => {
    const [answer] = await Promise.allSettled([client.send(new DescribeKeyCommand({ KeyId: keyId }))]);
    return answer.status === 'fulfilled' ? answer.value.KeyMetadata?.KeyState : undefined;
  };
  return {
    state: (keyId) => {
      const now = clock.now().getTime();
      const before = known.get(keyId);
      if (before !== undefined && now - before.at < REMEMBERED_MS) return before.state;
      const state = ask(keyId);
      known.set(keyId, { state, at: now });
      return state;
    },
  };
};
