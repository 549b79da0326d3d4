// What the gateway records of each call.
import { ACMPCAClient, IssueCertificateCommand } from '@aws-sdk/client-acm-pca';
import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batch, emulator, gatewayStage, one, type Stage } from '#test/support/gateway-stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await gatewayStage();
});
afterEach(() => stage.stop());

describe('what is recorded', () => {
  it('names the caller, the records and the region, and never a value of a secret', async () => {
    stage.answerWith = (_, response) =>
      void response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end('{"SecretString":"hidden"}');
    await stage
      .secrets()
      .send(new PutSecretValueCommand({ SecretId: 'evercert/a/b', SecretString: 'hidden', VersionStages: ['x'] }));
    await stage.secrets().send(new GetSecretValueCommand({ SecretId: 'evercert/a/b', VersionStage: 'AWSCURRENT' }));
    stage.answerWith = emulator;
    await stage.route53().send(
      batch([
        ['UPSERT', one('_acme-challenge.*.Example.com.', 'a')],
        ['UPSERT', one('_acme-challenge.example.com', 'b')],
      ]),
    );
    expect(stage.gateway.calls()).toMatchObject([
      {
        service: 'secretsmanager',
        action: 'secretsmanager:PutSecretValue',
        appId: 'evercert-advance',
        region: 'eu-west-1',
        accessKeyId: 'AKIATEST',
        resource: { secretId: 'evercert/a/b' },
        status: 200,
      },
      {
        action: 'secretsmanager:GetSecretValue',
        permissions: ['secretsmanager:GetSecretValue'],
        resource: { versionStage: 'AWSCURRENT' },
      },
      {
        action: 'route53:ChangeResourceRecordSets',
        resource: {
          hostedZoneId: 'Z1',
          recordNames: ['_acme-challenge.\\052.example.com', '_acme-challenge.example.com'],
          recordTypes: ['TXT'],
          recordActions: ['UPSERT'],
        },
      },
    ]);
    expect(JSON.stringify(stage.gateway.calls())).not.toContain('hidden');
    expect(stage.gateway.counts()).toEqual({
      services: { secretsmanager: 2, route53: 1 },
      actions: {
        'secretsmanager:PutSecretValue': 1,
        'secretsmanager:GetSecretValue': 1,
        'route53:ChangeResourceRecordSets': 1,
      },
    });
    stage.gateway.reset();
    expect([stage.gateway.calls(), stage.gateway.counts()]).toEqual([[], { services: {}, actions: {} }]);
  });

  const scope = (service: string) => ({
    authorization: `AWS4-HMAC-SHA256 Credential=ASIA1/20261125/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
  });
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const json = (target: string) => ({ 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' });
  it.each([
    [
      'a transaction needs the permissions of its parts',
      'POST',
      '/',
      { ...scope('dynamodb'), ...json('DynamoDB_20120810.TransactWriteItems') },
      '{"TransactItems":[{"Put":{"TableName":"t"}},{"ConditionCheck":{"TableName":"u"}}]}',
      {
        action: 'dynamodb:TransactWriteItems',
        permissions: ['dynamodb:PutItem', 'dynamodb:ConditionCheckItem'],
        resource: { table: ['t', 'u'] },
      },
    ],
    [
      'the key of an item, without its other attributes',
      'POST',
      '/',
      {
        ...scope('dynamodb'),
        ...json('DynamoDB_20120810.UpdateItem'),
        'user-agent': 'x app/f-PT-NO-OP-2.36.0-PTEnv-NA',
      },
      '{"TableName":"t","Key":{"pk":{"S":"a"},"sk":{"S":"b"}},"ExpressionAttributeValues":{":v":{"S":"c"}}}',
      { action: 'dynamodb:UpdateItem', appId: 'f', resource: { table: ['t'], keys: [{ pk: 'a', sk: 'b' }] } },
    ],
    [
      'a query over an index',
      'POST',
      '/',
      { ...scope('dynamodb'), ...json('DynamoDB_20120810.Query') },
      '{"TableName":"t","IndexName":"due"}',
      { action: 'dynamodb:Query', resource: { table: ['t'], index: 'due' } },
    ],
    [
      'the start of an execution',
      'POST',
      '/',
      { ...scope('states'), ...json('AWSStepFunctions.StartExecution') },
      '{"stateMachineArn":"arn:sm","name":"run-1"}',
      { action: 'states:StartExecution', resource: { stateMachineArn: 'arn:sm', executionName: 'run-1' } },
    ],
    [
      'an event on a bus',
      'POST',
      '/',
      { ...scope('events'), ...json('AWSEvents.PutEvents') },
      '{"Entries":[{"EventBusName":"b","Source":"evercert","DetailType":"d","Detail":"{}"}]}',
      { action: 'events:PutEvents', resource: { eventBus: ['b'], eventSource: ['evercert'], detailType: ['d'] } },
    ],
    [
      'a new secret with tags',
      'POST',
      '/',
      { ...scope('secretsmanager'), ...json('secretsmanager.CreateSecret') },
      '{"Name":"n","KmsKeyId":"k","SecretString":"s","Tags":[{"Key":"evercert.dev/uid","Value":"u"}]}',
      {
        permissions: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'],
        resource: { secretId: 'n', kmsKeyId: 'k', requestTags: { 'evercert.dev/uid': 'u' } },
      },
    ],
    [
      'a role that is assumed',
      'POST',
      '/',
      { ...scope('sts'), ...form },
      'Action=AssumeRole&RoleArn=arn%3Arole&ExternalId=x',
      { action: 'sts:AssumeRole', accessKeyId: 'ASIA1', resource: { roleArn: 'arn:role', externalId: 'x' } },
    ],
    [
      'a metric by form',
      'POST',
      '/',
      { ...scope('monitoring'), ...form },
      'Action=PutMetricData&Namespace=Evercert',
      { action: 'cloudwatch:PutMetricData', resource: { namespace: 'Evercert' } },
    ],
    [
      'a metric by CBOR',
      'POST',
      '/service/GraniteServiceVersion20100801/operation/PutMetricData',
      scope('monitoring'),
      '',
      { action: 'cloudwatch:PutMetricData' },
    ],
    [
      'an invocation',
      'POST',
      '/2015-03-31/functions/evercert-advance/invocations',
      scope('lambda'),
      '{}',
      { action: 'lambda:InvokeFunction', resource: { functionName: 'evercert-advance' } },
    ],
    [
      'a schedule',
      'GET',
      '/schedules/sweep',
      scope('scheduler'),
      '',
      { action: 'scheduler:GetSchedule', resource: { schedule: 'sweep' } },
    ],
    [
      'an object that is put',
      'PUT',
      '/assets/a/b.zip',
      scope('s3'),
      'zip',
      { action: 's3:PutObject', resource: { bucket: 'assets', objectKey: 'a/b.zip' } },
    ],
    [
      'an unsigned call, by its path',
      'GET',
      '/2013-04-01/change/C77',
      {},
      '',
      { service: 'route53', action: 'route53:GetChange', resource: { changeId: 'C77' } },
    ],
    [
      'a call of no service',
      'GET',
      '/_ministack/health',
      {},
      '',
      { service: 'unknown', action: 'unknown:GET /_ministack/health' },
    ],
  ])('tells the call: %s', async (_, method, path, headers, body, expected) => {
    await (await fetch(stage.gateway.endpoint + path, { method, headers, ...(body && { body }) })).text();
    expect(stage.gateway.calls()).toMatchObject([expected]);
  });
});

describe('calls of Private CA', () => {
  it('go to where it is, and name the CA and the template', async () => {
    const other = await gatewayStage();
    other.answerWith = (_, response) =>
      void response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end('{"CertificateArn":"c"}');
    stage.gateway.sendTo('acm-pca', `http://127.0.0.1:${(other.stub.address() as { port: number }).port}`);
    const client = new ACMPCAClient({
      endpoint: stage.gateway.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const caArn = 'arn:aws:acm-pca:us-east-1:000000000000:certificate-authority/1';
    const templateArn = 'arn:aws:acm-pca:::template/EndEntityCertificate/V1';
    await client.send(
      new IssueCertificateCommand({
        CertificateAuthorityArn: caArn,
        TemplateArn: templateArn,
        Csr: Buffer.from('request'),
        SigningAlgorithm: 'SHA256WITHRSA',
        Validity: { Type: 'DAYS', Value: 1 },
      }),
    );
    expect(stage.arrived).toEqual([]);
    expect(other.arrived).toHaveLength(1);
    expect(stage.gateway.calls()).toMatchObject([
      { service: 'acm-pca', action: 'acm-pca:IssueCertificate', permissions: ['acm-pca:IssueCertificate'] },
    ]);
    expect(stage.gateway.calls()[0]!.resource).toEqual({ caArn, templateArn });
    client.destroy();
    await other.stop();
  });
});
