// The adapter that asks a CA for its renewal windows, against a server that answers what a test says: right, wrong, late.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRenewalInformation } from '#adapters/acme/renewal-info.ts';
import type { AcmeDirectory, RenewalInformation } from '#core/renewal/ports.ts';
import { type Answer, type ScriptedServer, startScriptedServer } from '#test/support/acme/scripted-server.ts';

const CERT_ID = 'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE';
const PATH = `/renewal-info/${CERT_ID}`;
const WINDOW = { start: '2026-12-30T10:00:00Z', end: '2027-01-01T06:00:00Z' };
let server: ScriptedServer;
let now = new Date('2026-11-25T12:00:00Z');
let port: RenewalInformation;
let directory: AcmeDirectory;

beforeEach(async () => {
  server = await startScriptedServer();
  now = new Date('2026-11-25T12:00:00Z');
  port = createRenewalInformation({ clock: { now: () => now }, version: '7', timeoutMs: 300 });
  directory = { url: server.directoryUrl, caBundlePem: server.rootPem, skipTlsVerify: false };
  server.answers.set('/directory', { body: { newOrder: 'x', renewalInfo: `${server.origin}/renewal-info` } });
});
afterEach(() => server.stop());

const read = () => port.read({ directory, certId: CERT_ID });
const answers = (answer: Answer) => server.answers.set(PATH, answer);
const asked = () => server.asked.map(({ method, path }) => `${method} ${path}`);

describe('renewal information', () => {
  test('is one GET beside that of the directory, which is remembered for twelve hours', async () => {
    answers({ body: { suggestedWindow: WINDOW }, headers: { 'retry-after': '21600' } });
    expect(await read()).toEqual({
      window: { start: new Date(WINDOW.start), end: new Date(WINDOW.end) },
      retryAfterMs: 21_600_000,
    });
    await read();
    expect(asked()).toEqual(['GET /directory', `GET ${PATH}`, `GET ${PATH}`]);
    expect(server.asked[0]?.userAgent).toBe('evercert/7');
    now = new Date('2026-11-26T00:00:01Z');
    await read();
    expect(asked().slice(3)).toEqual(['GET /directory', `GET ${PATH}`]);
  });

  test('is found also where the directory ends its URL with a slash', async () => {
    server.answers.set('/directory', { body: { renewalInfo: `${server.origin}/renewal-info/` } });
    answers({ body: { suggestedWindow: WINDOW } });
    await read();
    expect(asked().at(-1)).toBe(`GET ${PATH}`);
  });

  test('comes with its explanation, and Retry-After as a date', async () => {
    answers({
      body: { suggestedWindow: WINDOW, explanationURL: 'https://ca.example/why' },
      headers: { 'retry-after': 'Wed, 25 Nov 2026 18:00:00 GMT' },
    });
    expect(await read()).toMatchObject({ explanationUrl: 'https://ca.example/why', retryAfterMs: 21_600_000 });
  });

  test('without a Retry-After that can be read is an answer all the same', async () => {
    answers({ body: { suggestedWindow: WINDOW }, headers: { 'retry-after': 'soon' } });
    expect(await read()).not.toHaveProperty('retryAfterMs');
  });

  test('is not offered by every directory', async () => {
    server.answers.set('/directory', { body: { newOrder: 'x' } });
    expect(await read()).toBe('unsupported');
  });

  test('with dates that are none is given as it is, for the judge', async () => {
    answers({ body: { suggestedWindow: { start: 'soon', end: 7 } } });
    expect(String(((await read()) as { window: { start: Date } }).window.start)).toBe('Invalid Date');
  });
});

describe('what is no answer', () => {
  test.each<[string, Answer, string]>([
    ['garbage', { body: '<html>' }, 'CA_PROTOCOL'],
    ['no window', { body: { window: WINDOW } }, 'CA_PROTOCOL'],
    ['a list', { body: '[]' }, 'CA_PROTOCOL'],
    ['a body cut short', { body: { suggestedWindow: WINDOW }, cutShort: true }, 'CA_UNREACHABLE'],
    ['a body without end', { body: 'x'.repeat(200_000) }, 'CA_PROTOCOL'],
    ['silence', { hangs: true }, 'CA_UNREACHABLE'],
    ['a redirect', { status: 302, headers: { location: '/other' } }, 'CA_PROTOCOL'],
    ['503 without a word', { status: 503, body: '' }, 'CA_UNREACHABLE'],
    [
      '404',
      { status: 404, body: { type: 'urn:ietf:params:acme:error:malformed', detail: 'unknown serial' } },
      'CA_REFUSED',
    ],
  ])('%s is %s', async (_what, answer, code) => {
    answers(answer);
    await expect(read()).rejects.toMatchObject({ code });
  });

  test('a rate limit says when to come back', async () => {
    answers({ status: 429, headers: { 'retry-after': '3600' }, body: '' });
    const error = await read().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'CA_RATE_LIMITED', detail: { retryAt: new Date('2026-11-25T13:00:00Z') } });
  });

  test('after it the directory is fetched anew: the CA may have moved', async () => {
    answers({ status: 404, body: '' });
    await read().catch(() => undefined);
    answers({ body: { suggestedWindow: WINDOW } });
    await read();
    expect(asked().filter((line) => line === 'GET /directory')).toHaveLength(2);
  });

  test('a server that is not trusted is said to be so, unless that is wanted', async () => {
    answers({ body: { suggestedWindow: WINDOW } });
    const { caBundlePem: _unknown, ...bare } = directory;
    await expect(port.read({ directory: bare, certId: CERT_ID })).rejects.toMatchObject({ code: 'CA_UNTRUSTED' });
    const trusting = { ...bare, skipTlsVerify: true };
    await expect(port.read({ directory: trusting, certId: CERT_ID })).resolves.toHaveProperty('window');
  });

  test('a port on which nobody listens is unreachable', async () => {
    const nobody = { url: 'https://127.0.0.1:1/directory', skipTlsVerify: true };
    await expect(port.read({ directory: nobody, certId: CERT_ID })).rejects.toMatchObject({ code: 'CA_UNREACHABLE' });
  });
});
