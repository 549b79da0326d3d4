// What every implementer of the secret ports must do, whatever stands behind it. A declared difference of an emulator
// is asserted as it is, never passed over.
import { beforeAll, describe } from 'vitest';
import { describeLabels } from './secrets/labels.ts';
import { describeLooking } from './secrets/looking.ts';
import { describeNewSecrets } from './secrets/new-secrets.ts';
import { describeOpening } from './secrets/opening.ts';
import { describeReferences } from './secrets/references.ts';
import type { SecretsUnderTest } from './secrets/setup.ts';
import { describeSharing } from './secrets/sharing.ts';
import { describeSigningPairs } from './secrets/signing-pairs.ts';
import { describeVersions } from './secrets/versions.ts';

export const describeSecrets = (part: string, setup: () => Promise<SecretsUnderTest>): void => {
  describe(`the secret ports on ${part}`, () => {
    let under: SecretsUnderTest;
    beforeAll(async () => {
      under = await setup();
      return () => under.close();
    }, 240_000);
    const context = () => under;
    describeOpening(context);
    describeNewSecrets(context);
    describeVersions(context);
    describeLabels(context);
    describeReferences(context);
    describeSigningPairs(context);
    describeLooking(context);
    describeSharing(context);
  });
};
