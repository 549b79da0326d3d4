// What the emulators cannot show of the store of certificates: AWS's own errors, the number of calls, and silence about values.
import { inspect } from 'node:util';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { certificateSecrets } from '#adapters/secrets-manager/certificate-secrets.ts';
import type { EvercertError } from '#core/errors.ts';
import { bundleLabel, keyLabel, versionToken } from '#core/names.ts';
import { Sealed } from '#core/sealed.ts';
import { answering, awsError, connectionError } from '#test/support/sdk-errors.ts';
import { SecretsManagerModel } from '#test/support/secrets-manager-model.ts';

const request = { name: 'evercert/web/shop', certificate: 'web/shop', uid: 'u1' };
const tags = [
  { Key: 'evercert.dev/uid', Value: 'u1' },
  { Key: 'evercert.dev/certificate', Value: 'web/shop' },
];
const sealed = (text: string): Sealed<string> => new Sealed(text);
const put = { name: request.name, token: versionToken('u1', 1, 'key'), label: keyLabel(1), value: sealed('PRIVATE') };
const failureOf = async (work: Promise<unknown>): Promise<EvercertError> => {
  const failure = await work.then(
    () => new Error('it went well'),
    (error: unknown) => error,
  );
  return failure as EvercertError;
};

/** One issuance as the journey makes it. */
const issue = async (secrets: ReturnType<typeof certificateSecrets>, revision: number): Promise<void> => {
  const { name } = request;
  const { currentVersionId } = await secrets.open(request);
  const [keyToken, token] = [versionToken('u1', revision, 'key'), versionToken('u1', revision, 'bundle')];
  await secrets.put({ name, token: keyToken, label: keyLabel(revision), value: sealed(`key ${revision}`) });
  await secrets.put({ name, token, label: bundleLabel(revision), value: sealed(`bundle ${revision}`) });
  await secrets.read({ name, versionId: token });
  await secrets.promote({ name, versionId: token, fromVersionId: currentVersionId });
  const labels = [
    { label: keyLabel(revision), versionId: keyToken },
    { label: bundleLabel(revision), versionId: token },
  ];
  await secrets.drop({ name, labels });
};

describe('the number of calls', () => {
  it('is eight for a fresh issuance and seven for a renewal', async () => {
    const model = new SecretsManagerModel();
    const secrets = certificateSecrets({ client: model.client });
    await issue(secrets, 1);
    const stage = 'UpdateSecretVersionStage';
    const issuing = ['PutSecretValue', 'PutSecretValue', 'GetSecretValue', stage, stage, stage];
    expect(model.calls.splice(0)).toEqual(['DescribeSecret', 'CreateSecret', ...issuing]);
    await issue(secrets, 2);
    expect(model.calls).toEqual(['DescribeSecret', ...issuing]);
  });

  it('grows by a look when the version may exist already', async () => {
    const model = new SecretsManagerModel();
    await certificateSecrets({ client: model.client }).open(request);
    await certificateSecrets({ client: model.client }).put(put);
    model.calls.length = 0;
    const next = certificateSecrets({ client: model.client });
    await next.open(request);
    await next.put(put);
    expect(model.calls).toEqual(['DescribeSecret', 'GetSecretValue']);
  });
});

describe('open', () => {
  it('makes the secret under the given KMS key, with a token derived from the row', async () => {
    const missing = awsError('ResourceNotFoundException');
    const { client, sent } = answering<SecretsManagerClient>(missing, { VersionId: 'v1' });
    await certificateSecrets({ client, kmsKeyId: 'alias/certs' }).open(request);
    expect(sent[1]?.input).toMatchObject({ KmsKeyId: 'alias/certs', Tags: tags });
    expect(sent[1]?.input.ClientRequestToken).toBe(versionToken('u1', 0, 'placeholder'));
  });

  it('looks again when the name is taken between the two calls, and touches nothing that is foreign', async () => {
    const { client, sent } = answering<SecretsManagerClient>(
      awsError('ResourceNotFoundException'),
      awsError('ResourceExistsException'),
      { Tags: [], VersionIdsToStages: { v1: ['AWSCURRENT'] } },
    );
    expect(await failureOf(certificateSecrets({ client }).open(request))).toMatchObject({ code: 'SECRET_FOREIGN' });
    expect(sent.map(({ action }) => action)).toEqual(['DescribeSecret', 'CreateSecret', 'DescribeSecret']);
  });
});

describe('put', () => {
  it('attaches the label when Secrets Manager ignored a repetition whose version had lost it', async () => {
    const model = new SecretsManagerModel();
    const [frozen, other] = [1, 2].map(() => certificateSecrets({ client: model.client }));
    await frozen?.open(request);
    await other?.open(request);
    await other?.put(put);
    await other?.drop({ name: request.name, labels: [{ label: put.label, versionId: put.token }] });
    await frozen?.put(put);
    expect([...(model.secrets.get(request.name)?.versions.get(put.token)?.labels ?? [])]).toEqual([keyLabel(1)]);
  });

  it('moves the label from an older version of the same revision', async () => {
    const model = new SecretsManagerModel();
    const secrets = certificateSecrets({ client: model.client });
    await secrets.open(request);
    await secrets.put(put);
    const second = { ...put, token: versionToken('u1', 1, 'key 2'), value: sealed('PRIVATE 2') };
    await secrets.put(second);
    expect(model.secrets.get(request.name)?.versions.get(put.token)?.labels.size).toBe(0);
    expect(model.secrets.get(request.name)?.versions.get(second.token)?.labels).toEqual(new Set([keyLabel(1)]));
  });
});

describe('promote', () => {
  it('is content when its own lost answer already moved the label', async () => {
    const { client } = answering<SecretsManagerClient>(awsError('InvalidParameterException', 'Staging label'), {
      VersionIdsToStages: { v2: ['AWSCURRENT'], v1: ['AWSPREVIOUS'] },
    });
    const promotion = { name: request.name, versionId: 'v2', fromVersionId: 'v1' };
    await expect(certificateSecrets({ client }).promote(promotion)).resolves.toBeUndefined();
  });
});

describe('an error of AWS', () => {
  it.each([
    ['AccessDeniedException', 'User is not authorized to perform: secretsmanager:PutSecretValue', 400, 'SECRET_DENIED'],
    ['AccessDeniedException', 'Access to KMS is not allowed', 400, 'KMS_UNUSABLE'],
    ['DecryptionFailure', 'Secrets Manager can’t decrypt the protected secret text', 400, 'KMS_UNUSABLE'],
    ['EncryptionFailure', '', 400, 'KMS_UNUSABLE'],
    ['InvalidRequestException', 'the KMS key arn:aws:kms:… is disabled', 400, 'KMS_UNUSABLE'],
    ['InvalidRequestException', 'it was marked for deletion.', 400, 'SECRET_DELETED'],
    ['ThrottlingException', 'Rate exceeded', 400, 'SECRET_UNAVAILABLE'],
    ['InternalServiceError', '', 500, 'SECRET_UNAVAILABLE'],
    ['LimitExceededException', 'too many staging labels', 400, 'SECRET_UNAVAILABLE'],
    ['ResourceNotFoundException', '', 400, 'SECRET_UNAVAILABLE'],
    ['TimeoutError', 'socket timed out', 0, 'SECRET_UNAVAILABLE'],
    ['InvalidParameterException', 'our own mistake', 400, 'INTERNAL'],
  ])('%s "%s" (%i) becomes %s', async (name, message, status, code) => {
    const { client } = answering<SecretsManagerClient>({ Tags: tags }, awsError(name, message, status));
    const secrets = certificateSecrets({ client });
    await secrets.open(request);
    const failure = await failureOf(secrets.put(put));
    expect(failure).toMatchObject({ code, detail: { action: 'secretsmanager:PutSecretValue' } });
    expect(failure.message).toContain('evercert/web/shop');
  });

  it('of the connection becomes SECRET_UNAVAILABLE', async () => {
    const { client } = answering<SecretsManagerClient>(connectionError('ECONNREFUSED'));
    expect(await failureOf(certificateSecrets({ client }).open(request))).toMatchObject({ code: 'SECRET_UNAVAILABLE' });
  });

  it('never carries the value, though AWS quotes what it refuses', async () => {
    const words = "Value 'PRIVATE' at 'secretString' failed to satisfy constraint";
    for (const name of ['ValidationException', 'InvalidParameterException']) {
      const { client } = answering<SecretsManagerClient>({ Tags: tags }, awsError(name, words));
      const secrets = certificateSecrets({ client });
      await secrets.open(request);
      const failure = await failureOf(secrets.put(put));
      expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('PRIVATE');
      expect(String((failure.cause as Error).message)).toBe('request request-1');
    }
  });

  it('stays as it is when it is a fault of our own', async () => {
    const { client } = answering<SecretsManagerClient>(new TypeError('undefined is not a function'));
    expect(await failureOf(certificateSecrets({ client }).open(request))).toBeInstanceOf(TypeError);
  });
});

describe('the limits of Secrets Manager', () => {
  it('hold in the model: at most twenty staging labels a secret', async () => {
    const model = new SecretsManagerModel();
    const secrets = certificateSecrets({ client: model.client });
    await secrets.open(request);
    const stage = (n: number) =>
      secrets.put({
        name: request.name,
        token: versionToken('u1', n, 'key'),
        label: keyLabel(n),
        value: sealed(`${n}`),
      });
    for (let n = 1; n <= 19; n++) await stage(n);
    expect(await failureOf(stage(20))).toMatchObject({ code: 'SECRET_UNAVAILABLE' });
  });
});
