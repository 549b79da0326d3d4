// The parts of `evercert import`, with the rights of whoever calls it.
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ImportPorts } from '#core/migration/ports.ts';
import type { ServiceSettings } from '#core/settings.ts';
import { stackOutput } from '../cloudformation-outputs.ts';
import { systemClock, systemRandom, systemTimer } from '../node-moment.ts';
import { certificateSecrets } from '../secrets-manager/certificate-secrets.ts';
import { secretsManagerLook } from '../secrets-manager/secret-look.ts';
import { lateKeystores } from './keystores.ts';
import { PATIENT } from './parts.ts';

/** Many at once meet a quota sooner than one function does. */
const MANY = { ...PATIENT, maxAttempts: 10 };

/** KMS key (ARN) of a deployed stack's secrets; undefined: it is not deployed. Errors: AWS_UNAVAILABLE. */
export const deployedSecretsKey = (stackName: string): Promise<string | undefined> =>
  stackOutput(new CloudFormationClient(PATIENT), { stackName, name: 'SecretsKeyArn' });

export const composeImport = ({
  settings,
  kmsKeyId,
}: {
  readonly settings: ServiceSettings;
  readonly kmsKeyId: string;
}): ImportPorts => {
  const client = new SecretsManagerClient(MANY);
  const secrets = certificateSecrets({ client, kmsKeyId, sharing: settings });
  return {
    look: secretsManagerLook({ client }),
    versions: secrets,
    labels: secrets,
    keystores: lateKeystores,
    clock: systemClock,
    timer: systemTimer,
    random: systemRandom,
  };
};
