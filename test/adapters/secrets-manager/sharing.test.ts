// Sharing secrets with other accounts and Regions: what each call says, what a crash leaves, and what nothing set costs.
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { certificateSecrets } from '#adapters/secrets-manager/certificate-secrets.ts';
import { secretsManagerSharing } from '#adapters/secrets-manager/kept-shared.ts';
import { answering, awsError } from '#test/support/sdk-errors.ts';
import { SecretsManagerModel } from '#test/support/secrets-manager-model.ts';

const request = { name: 'evercert/web/shop', certificate: 'web/shop', uid: 'u1' };
const KEY = 'arn:aws:kms:eu-west-1:000000000000:key/replica';
const sharing = {
  secretReaders: ['arn:aws:iam::111122223333:role/reader'],
  replicas: [{ region: 'eu-west-1', kmsKeyArn: KEY }, { region: 'eu-west-2' }],
};
const tags = [
  { Key: 'evercert.dev/uid', Value: 'u1' },
  { Key: 'evercert.dev/certificate', Value: 'web/shop' },
];
const current = { VersionIdsToStages: { v1: ['AWSCURRENT'] } };

describe('what is asked of Secrets Manager', () => {
  it('never is a policy that could make a secret public', async () => {
    const { client, sent } = answering<SecretsManagerClient>({ Tags: tags, ...current }, {}, {});
    await secretsManagerSharing({ client, sharing: { ...sharing, replicas: [] } }).keep(request);
    expect(sent[2]).toMatchObject({ action: 'PutResourcePolicy', input: { BlockPublicPolicy: true } });
  });

  it('is the replica with its key, and the one with the key of its Region', async () => {
    const { client, sent } = answering<SecretsManagerClient>({ Tags: tags, ...current }, {});
    await secretsManagerSharing({ client, sharing: { ...sharing, secretReaders: [] } }).keep(request);
    expect(sent[1]).toEqual({
      action: 'ReplicateSecretToRegions',
      input: {
        SecretId: request.name,
        AddReplicaRegions: [{ Region: 'eu-west-1', KmsKeyId: KEY }, { Region: 'eu-west-2' }],
      },
    });
  });

  it('is nothing of a replica that has failed: its reason is for a person to read', async () => {
    const ReplicationStatus = [
      { Region: 'eu-west-1', Status: 'Failed' },
      { Region: 'eu-west-2', Status: 'InSync' },
    ];
    const { client, sent } = answering<SecretsManagerClient>({ Tags: tags, ReplicationStatus, ...current });
    const kept = await secretsManagerSharing({ client, sharing: { ...sharing, secretReaders: [] } }).keep(request);
    expect(kept).toBe(false);
    expect(sent.map(({ action }) => action)).toEqual(['DescribeSecret']);
  });

  it('is nothing at all where nothing is set: an issuance makes as many calls as ever', async () => {
    const model = new SecretsManagerModel();
    const nothing = { secretReaders: [], replicas: [] };
    await certificateSecrets({ client: model.client, sharing: nothing }).open(request);
    await certificateSecrets({ client: model.client, sharing: nothing }).open(request);
    await secretsManagerSharing({ client: model.client, sharing: nothing }).keep(request);
    expect(model.calls).toEqual(['DescribeSecret', 'CreateSecret', 'DescribeSecret']);
  });

  it('is asked once a container for a secret that stays open', async () => {
    const model = new SecretsManagerModel();
    await certificateSecrets({ client: model.client }).open(request);
    const secrets = certificateSecrets({ client: model.client, sharing });
    model.calls.length = 0;
    await secrets.open(request);
    await secrets.open(request);
    const added = ['ReplicateSecretToRegions', 'GetResourcePolicy', 'PutResourcePolicy'];
    expect(model.calls).toEqual(['DescribeSecret', ...added, 'DescribeSecret']);
  });
});

describe('what goes wrong', () => {
  /** A container that dies as it makes this call. */
  const dyingAt = (model: SecretsManagerModel, action: string): SecretsManagerClient =>
    ({
      send: (command: object) =>
        command.constructor.name === `${action}Command` ? Promise.reject(new Error('killed')) : model.send(command),
    }) as unknown as SecretsManagerClient;

  it.each(['PutResourcePolicy', 'GetResourcePolicy', 'ReplicateSecretToRegions'])(
    'a crash at %s is made up for by the next open, and by the daily look',
    async (action) => {
      const [model, looked] = [new SecretsManagerModel(), new SecretsManagerModel()];
      for (const each of [model, looked]) {
        if (action !== 'PutResourcePolicy') await certificateSecrets({ client: each.client }).open(request);
        const killed = certificateSecrets({ client: dyingAt(each, action), sharing }).open(request);
        await expect(killed).rejects.toThrow('killed');
      }
      await certificateSecrets({ client: model.client, sharing }).open(request);
      await secretsManagerSharing({ client: looked.client, sharing }).keep(request);
      for (const each of [model, looked]) {
        const { shared } = each.secrets.get(request.name)!;
        expect([...shared!.regions.keys()]).toEqual(['eu-west-1', 'eu-west-2']);
        expect(shared!.policy).toContain('"aws:PrincipalArn":["arn:aws:iam::111122223333:role/reader"]');
      }
    },
  );

  it.each(['PublicPolicyException', 'MalformedPolicyDocumentException', 'AccessDeniedException'])(
    '%s calls a person',
    async (name) => {
      const { client } = answering<SecretsManagerClient>({ Tags: tags, ...current }, {}, awsError(name, 'no'));
      const kept = secretsManagerSharing({ client, sharing: { ...sharing, replicas: [] } }).keep(request);
      await expect(kept).rejects.toMatchObject({ code: 'SECRET_DENIED' });
    },
  );

  it('that AWS refuses holds up no certificate: the secret opens all the same', async () => {
    const refused = awsError('MalformedPolicyDocumentException', 'no such account');
    const { client } = answering<SecretsManagerClient>({ Tags: tags, ...current }, {}, refused);
    const secrets = certificateSecrets({ client, sharing: { ...sharing, replicas: [] } });
    expect(await secrets.open(request)).toMatchObject({ currentVersionId: 'v1', created: false });
  });

  it('that AWS does not answer is tried again by the journey', async () => {
    const { client } = answering<SecretsManagerClient>(
      { Tags: tags, ...current },
      {},
      awsError('InternalServiceError', 'x'),
    );
    const opened = certificateSecrets({ client, sharing: { ...sharing, replicas: [] } }).open(request);
    await expect(opened).rejects.toMatchObject({ code: 'SECRET_UNAVAILABLE' });
  });

  it('takes a policy that AWS gives in an order and form of its own for the same', async () => {
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Condition: { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/reader' } },
        Effect: 'Allow',
        Action: ['secretsmanager:GetSecretValue'],
        Principal: { AWS: 'arn:aws:iam::111122223333:root' },
        Resource: ['*'],
        Sid: 'EvercertReaders',
      },
    });
    const { client, sent } = answering<SecretsManagerClient>({ Tags: tags, ...current }, { ResourcePolicy: policy });
    expect(await secretsManagerSharing({ client, sharing: { ...sharing, replicas: [] } }).keep(request)).toBe(false);
    expect(sent.map(({ action }) => action)).toEqual(['DescribeSecret', 'GetResourcePolicy']);
  });
});
