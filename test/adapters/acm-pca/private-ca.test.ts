// What ACM Private CA's answers and errors become in our words, and what is tried again inside one call.
import type { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { describe, expect, it } from 'vitest';
import { acmPca } from '#adapters/acm-pca/private-ca.ts';
import { EvercertError } from '#core/errors.ts';
import type { CaAccess } from '#core/private-ca/ports.ts';
import { answering, awsError, connectionError } from '#test/support/sdk-errors.ts';

const arn = 'arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/1';
const access: CaAccess = { arn, region: 'us-east-1' };
const certificateArn = `${arn}/certificate/2`;
const request = {
  access,
  csr: new Uint8Array([48, 0]),
  templateArn: 'arn:aws:acm-pca:::template/EndEntityCertificate/V1',
  signingAlgorithm: 'SHA256WITHRSA',
  notAfter: new Date('2027-02-23T12:00:00Z'),
  token: 't'.repeat(36),
};

const on = (...answers: readonly unknown[]) => {
  const { client, sent } = answering<ACMPCAClient>(...answers);
  const slept: number[] = [];
  const timer = { sleep: async (ms: number) => void slept.push(ms) };
  return { port: acmPca({ clientFor: async () => client, timer }), sent, slept };
};

/** As the SDK throws where an answer is a page of HTML. */
const html = Object.assign(new SyntaxError(`Unexpected token '<', "<html>..." is not valid JSON`), {
  $metadata: { attempts: 1 },
});

describe('a request for a certificate', () => {
  it('is sent whole: PEM, an absolute end in seconds, the token', async () => {
    const { port, sent } = on({ CertificateArn: certificateArn });
    expect(await port.issue(request)).toBe(certificateArn);
    expect(sent).toEqual([
      {
        action: 'IssueCertificate',
        input: {
          CertificateAuthorityArn: arn,
          Csr: Buffer.from('-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n'),
          SigningAlgorithm: 'SHA256WITHRSA',
          TemplateArn: 'arn:aws:acm-pca:::template/EndEntityCertificate/V1',
          Validity: { Type: 'ABSOLUTE', Value: 1_803_384_000 },
          IdempotencyToken: 't'.repeat(36),
        },
      },
    ]);
  });

  it.each([
    ['a connection that breaks', connectionError('ECONNRESET')],
    ['a time-out', Object.assign(new Error('timed out'), { name: 'TimeoutError', $metadata: {} })],
    ['an error of the service', awsError('InternalFailure', 'oops', 500)],
    ['a page of HTML', html],
  ])('is sent again, three times in all, after %s', async (_, error) => {
    const { port, sent, slept } = on(error, error, { CertificateArn: certificateArn });
    expect(await port.issue(request)).toBe(certificateArn);
    expect(new Set(sent.map(({ input }) => JSON.stringify(input))).size).toBe(1);
    expect([sent.length, slept]).toEqual([3, [200, 800]]);
    const never = on(error);
    await expect(never.port.issue(request)).rejects.toMatchObject({ code: 'CA_UNREACHABLE' });
    expect(never.sent).toHaveLength(3);
  });

  it.each(['ThrottlingException', 'ThrottledException', 'TooManyRequestsException', 'RequestLimitExceeded'])(
    'is sent once where it is throttled (%s)',
    async (name) => {
      const { port, sent } = on(awsError(name, 'Rate exceeded'));
      await expect(port.issue(request)).rejects.toMatchObject({ code: 'CA_RATE_LIMITED' });
      expect(sent).toHaveLength(1);
    },
  );

  it.each([
    ['LimitExceededException', 'You have exceeded the quota of certificates for this CA', 'PRIVATE_CA_QUOTA'],
    ['LimitExceededException', 'Request rate exceeded', 'CA_RATE_LIMITED'],
    ['MalformedCSRException', 'no', 'CSR_REFUSED'],
    ['InvalidArgsException', 'no', 'CA_REFUSED'],
    ['ValidationException', 'no', 'CA_REFUSED'],
    ['SomethingNewException', 'no', 'CA_REFUSED'],
    ['InvalidArnException', 'no', 'PRIVATE_CA_UNUSABLE'],
    ['InvalidStateException', 'The CA is DISABLED', 'PRIVATE_CA_UNUSABLE'],
    ['ResourceNotFoundException', 'no', 'PRIVATE_CA_UNUSABLE'],
    ['AccessDeniedException', 'no', 'PRIVATE_CA_DENIED'],
  ])('that is refused with %s (%s) is %s', async (name, message, code) => {
    const { port, sent } = on(awsError(name, message));
    await expect(port.issue(request)).rejects.toMatchObject({ code });
    expect(sent).toHaveLength(1);
  });

  it('that is denied names the statement to add', async () => {
    const { port } = on(awsError('AccessDeniedException', 'User is not authorized'));
    await expect(port.issue(request)).rejects.toThrow(
      `the role of the advance function may not acm-pca:IssueCertificate on ${arn}; add this statement to its policy: {"Effect":"Allow","Action":"acm-pca:IssueCertificate","Resource":"${arn}","Condition":{"StringEquals":{"acm-pca:TemplateArn":"arn:aws:acm-pca:::template/EndEntityCertificate/V1"}}}`,
    );
  });

  it('that is answered without an ARN is no certificate', async () => {
    await expect(on({}).port.issue(request)).rejects.toMatchObject({ code: 'CA_PROTOCOL' });
  });

  it('keeps a fault of ours as it is', async () => {
    const fault = new EvercertError('PRIVATE_CA_DENIED', 'sts:AssumeRole of r: no');
    const { port } = on(fault);
    await expect(port.issue(request)).rejects.toBe(fault);
  });

  it('keeps a bug a bug', async () => {
    const bug = new TypeError('x is not a function');
    const { port, sent } = on(bug);
    await expect(port.issue(request)).rejects.toBe(bug);
    expect(sent).toHaveLength(1);
  });

  it('never shows what a page of HTML said', async () => {
    await expect(on(html).port.issue(request)).rejects.toThrow(/the answer is no JSON$/);
  });
});

describe('a certificate', () => {
  it('comes with its chain, leaf first', async () => {
    const { port } = on({ Certificate: 'LEAF\n\n', CertificateChain: ' SUB\nROOT ' });
    expect(await port.certificate({ access, certificateArn })).toBe('LEAF\nSUB\nROOT\n');
  });

  it('without a chain gets that of its CA', async () => {
    const { port, sent } = on({ Certificate: 'LEAF' }, { Certificate: 'SUB', CertificateChain: 'ROOT' });
    expect(await port.certificate({ access, certificateArn })).toBe('LEAF\nSUB\nROOT\n');
    expect(sent.map(({ action }) => action)).toEqual(['GetCertificate', 'GetCertificateAuthorityCertificate']);
  });

  it('in progress is none yet', async () => {
    const { port, sent } = on(awsError('RequestInProgressException', 'later'));
    expect(await port.certificate({ access, certificateArn })).toBeUndefined();
    expect(sent).toHaveLength(1);
  });

  it.each(['ResourceNotFoundException', 'RequestFailedException'])(
    'that is gone (%s) is asked for anew',
    async (name) => {
      await expect(on(awsError(name)).port.certificate({ access, certificateArn })).rejects.toMatchObject({
        code: 'ORDER_INVALID',
      });
    },
  );
});

describe('the description of a CA', () => {
  it('has its state, mode, algorithm and end', async () => {
    const notAfter = new Date('2036-01-01T00:00:00Z');
    const CertificateAuthorityConfiguration = { SigningAlgorithm: 'SHA512WITHRSA' };
    const ca = { Status: 'DISABLED', UsageMode: 'SHORT_LIVED_CERTIFICATE', NotAfter: notAfter };
    const { port } = on({ CertificateAuthority: { ...ca, CertificateAuthorityConfiguration } });
    expect(await port.describe(access)).toEqual({
      status: 'DISABLED',
      usageMode: 'SHORT_LIVED_CERTIFICATE',
      signingAlgorithm: 'SHA512WITHRSA',
      notAfter,
    });
  });
});
