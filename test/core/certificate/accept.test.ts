// The judge of what a CA answers, on chains that are really signed.
import { beforeAll, describe, expect, it } from 'vitest';
import { accept } from '#core/certificate/accept.ts';
import type { Sealed } from '#core/sealed.ts';
import { declaredCertificate } from '#test/support/declared.ts';
import { type Authority, keyPem, type LeafWish, makeAuthority, makeKeys, signLeaf } from '#test/support/signing.ts';

const NOW = new Date('2026-11-25T12:00:00.000Z');
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const dns = (value: string) => ({ type: 'dns' as const, value });

let wish: LeafWish;
let key: Sealed<string>;
let root: Authority;
let intermediate: Authority;
let stranger: Authority;
let plain: Authority;

beforeAll(async () => {
  root = await makeAuthority('Root');
  intermediate = await makeAuthority('Intermediate', root);
  stranger = await makeAuthority('Intermediate', root);
  plain = await makeAuthority('No CA', root, false);
  const keys = await makeKeys();
  key = await keyPem(keys);
  wish = {
    keys,
    issuer: intermediate,
    names: [dns('www.example.com'), dns('*.example.com')],
    notBefore: new Date('2026-11-25T11:00:00.000Z'),
    notAfter: new Date('2027-02-23T11:00:00.000Z'),
    isCa: false,
    usages: [SERVER_AUTH],
  };
});

const pem = (authority: Authority): string => authority.certificate.toString('pem');
const chain = async (change: Partial<LeafWish> = {}): Promise<string> =>
  `${await signLeaf({ ...wish, ...change })}\n${pem(change.issuer ?? intermediate)}\n`;
const wanting = (dnsNames: readonly string[]) => {
  const declared = declaredCertificate({ name: 'default/web' });
  return { ...declared, certificate: { ...declared.certificate, dnsNames } };
};
const ask = (answered: string, dnsNames = ['www.example.com', '*.example.com']) =>
  accept(answered, { declared: wanting(dnsNames), key, now: NOW });
const reasons = (answered: string, dnsNames?: string[]): readonly string[] => {
  const judgement = ask(answered, dnsNames);
  return judgement.accepted ? ['accepted'] : judgement.reasons;
};

describe('what is accepted', () => {
  it('is a chain for the asked names and key; its facts are those of the leaf', async () => {
    const judgement = ask(await chain());
    expect(judgement).toMatchObject({
      accepted: true,
      facts: {
        serial: '0b',
        notBefore: '2026-11-25T11:00:00.000Z',
        notAfter: '2027-02-23T11:00:00.000Z',
        issuer: 'CN=Intermediate',
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
  });

  it('is written with one newline after each certificate and nothing between, whatever the CA sent', async () => {
    const sent = `Subject: leaf\r\n${(await chain()).replaceAll('\n', '\r\n')}\r\n\r\ntrailing words`;
    const judgement = ask(sent);
    expect(judgement.accepted && judgement.chainPem).toMatch(
      /^-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+\n-----END CERTIFICATE-----\n$/,
    );
  });

  it('may be for an RSA key', async () => {
    const keys = await makeKeys('RSA');
    const answered = await chain({ keys });
    const declared = wanting(['*.example.com', 'www.example.com']);
    const asked = { declared, key: await keyPem(keys), now: NOW };
    expect(accept(answered, asked)).toMatchObject({ accepted: true });
  });

  it('may write its names in upper case, and carry usages beside serverAuth', async () => {
    const names = [dns('WWW.Example.COM'), dns('*.EXAMPLE.com')];
    expect(reasons(await chain({ names, usages: [CLIENT_AUTH, SERVER_AUTH] }))).toEqual(['accepted']);
  });

  it('may begin four minutes in the future, by a CA whose clock runs ahead', async () => {
    expect(reasons(await chain({ notBefore: new Date('2026-11-25T12:04:00.000Z') }))).toEqual(['accepted']);
  });

  it('may come with its root', async () => {
    expect(reasons(`${await chain()}${pem(root)}`)).toEqual(['accepted']);
  });
});

describe('what is refused, with the reason', () => {
  it('a certificate for another key', async () => {
    expect(reasons(await chain({ keys: await makeKeys() }))).toEqual(['the certificate is for another key']);
  });

  it.each([
    {
      fault: 'a missing name',
      names: [dns('www.example.com')],
      reason: 'the certificate lacks *.example.com',
    },
    {
      fault: 'an extra DNS name',
      names: [dns('www.example.com'), dns('*.example.com'), dns('evil.example.net')],
      reason: 'the certificate carries evil.example.net, which was not asked',
    },
    {
      fault: 'an extra IP address',
      names: [dns('www.example.com'), dns('*.example.com'), { type: 'ip' as const, value: '192.0.2.1' }],
      reason: 'the certificate carries IP Address:192.0.2.1, which was not asked',
    },
    {
      fault: 'an extra e-mail address',
      names: [dns('www.example.com'), dns('*.example.com'), { type: 'email' as const, value: 'a@example.com' }],
      reason: 'the certificate carries email:a@example.com, which was not asked',
    },
    {
      fault: 'another name in place of the asked one',
      names: [dns('*.example.com'), dns('web.example.com')],
      reason: 'the certificate lacks www.example.com and carries web.example.com, which was not asked',
    },
  ])('$fault', async ({ names, reason }) => {
    expect(reasons(await chain({ names }))).toEqual([reason]);
  });

  it.each([
    {
      fault: 'one that has expired',
      change: { notAfter: new Date('2026-11-25T11:59:59.000Z') },
      reason: 'it has expired at 2026-11-25T11:59:59.000Z',
    },
    {
      fault: 'one that begins six minutes in the future',
      change: { notBefore: new Date('2026-11-25T12:06:00.000Z') },
      reason: 'it is not valid before 2026-11-25T12:06:00.000Z',
    },
    {
      fault: 'one that ends before it begins',
      change: { notBefore: new Date('2026-11-25T13:00:00.000Z'), notAfter: new Date('2026-11-25T12:30:00.000Z') },
      reason: 'its end 2026-11-25T12:30:00.000Z is not after its beginning 2026-11-25T13:00:00.000Z',
    },
    { fault: 'a leaf that is a CA', change: { isCa: true }, reason: 'the leaf is a CA certificate' },
    {
      fault: 'one without serverAuth',
      change: { usages: [CLIENT_AUTH] },
      reason: 'the extended key usage serverAuth is missing',
    },
    {
      fault: 'one without any extended key usage',
      change: { usages: [] },
      reason: 'the extended key usage serverAuth is missing',
    },
  ])('$fault', async ({ change, reason }) => {
    expect(reasons(await chain(change))).toEqual([reason]);
  });

  it('a leaf without its intermediate', async () => {
    expect(reasons(await signLeaf(wish))).toEqual(['the intermediate certificate is missing']);
  });

  it('a chain that does not join, although the names of the CAs are the same', async () => {
    expect(reasons(`${await signLeaf(wish)}\n${pem(stranger)}`)).toEqual([
      'certificate 1 of the chain is not issued by certificate 2',
    ]);
  });

  it('a chain whose second certificate is no CA', async () => {
    expect(reasons(await chain({ issuer: plain }))).toEqual(['certificate 2 of the chain is no CA certificate']);
  });

  it('a chain in the wrong order, with everything that is wrong about its first certificate', async () => {
    const found = reasons(`${pem(intermediate)}\n${await signLeaf(wish)}`);
    expect(found).toContain('the certificate is for another key');
    expect(found).toContain('the leaf is a CA certificate');
    expect(found).toContain('certificate 2 of the chain is no CA certificate');
  });

  it.each([
    { what: 'nothing', text: '', reason: /^the answer holds no certificate$/ },
    { what: 'words', text: '<html>502 Bad Gateway</html>', reason: /^the answer holds no certificate$/ },
    {
      what: 'a private key',
      text: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----',
      reason: /^the answer holds no certificate$/,
    },
    {
      what: 'a certificate block of garbage',
      text: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      reason: /^the chain cannot be parsed: /,
    },
  ])('$what', ({ text, reason }) => {
    const found = reasons(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(reason);
  });

  it('all that is wrong at once', async () => {
    const keys = await makeKeys();
    const found = reasons(await chain({ keys, names: [dns('web.example.org')], usages: [] }));
    expect(found).toEqual([
      'the certificate is for another key',
      'the certificate lacks www.example.com, *.example.com and carries web.example.org, which was not asked',
      'the extended key usage serverAuth is missing',
    ]);
  });
});
