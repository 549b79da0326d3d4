// The local page's server over real sockets of the loopback: what it sends, and what it does not do.
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calmLook, fleetLook } from '#test/support/browser/fleet.ts';
import { type PageStage, startPageStage } from '#test/support/browser/page-stage.ts';

let page: PageStage;
beforeEach(async () => {
  page = await startPageStage();
});
afterEach(() => page.stop());

const get = (path: string): Promise<Response> => fetch(`${page.url}${path}`);

/** fetch sets these headers by itself. */
const asHost = (host: string): Promise<number> =>
  new Promise((done, fail) => {
    const asking = request(page.url, { headers: { host } }, (answer) => {
      answer.resume();
      done(answer.statusCode ?? 0);
    });
    asking.once('error', fail);
    asking.end();
  });

const tokenOf = async (): Promise<string> =>
  /name="token" value="([^"]+)"/.exec(await (await get('certificates/web/shop')).text())?.[1] ?? '';

const post = (path: string, body: string): Promise<Response> =>
  fetch(`${page.url}${path}`, { method: 'POST', body: new URLSearchParams(body), redirect: 'manual' });

/** Reads events as they come. */
const streamOf = async (path: string) => {
  const answer = await get(path);
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    answer,
    next: async (): Promise<{ title: string; html: string; version: string }> => {
      for (;;) {
        const found = /event: view\ndata: (.*)\n\n/.exec(text);
        if (found !== null) {
          text = text.slice(found.index + found[0].length);
          return JSON.parse(found[1]!);
        }
        const { value, done } = await reader.read();
        if (done) throw new Error('the stream ended');
        text += value;
      }
    },
    ended: async (): Promise<boolean> => {
      for (;;) if ((await reader.read()).done) return true;
    },
  };
};

describe('a page', () => {
  it('tells what the local cloud is about until there is a ledger', async () => {
    page.say('cdk: deploying <the stack>');
    const text = await (await get('')).text();
    expect(text).toContain('The local cloud is starting');
    expect(text).toContain('cdk: deploying &lt;the stack&gt;');
  });

  it('may load nothing from elsewhere, run nothing but our script, and be shown in no frame', async () => {
    page.show(calmLook());
    const { headers } = await get('');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy.replace(/'sha256-[^']+'/, 'HASH')).toBe(
      "default-src 'none'; script-src 'self'; style-src HASH; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('of a certificate has its chain, and not its key', async () => {
    page.show(calmLook());
    const text = await (await get('certificates/web/shop')).text();
    expect(text).toContain('CN=Test CA');
    expect(text).not.toContain('never shown');
  });

  it('asks again by itself where scripts are off', async () => {
    page.show(calmLook());
    expect(await (await get('')).text()).toContain('<noscript><meta http-equiv="refresh" content="5"></noscript>');
  });

  it('that is not there is a 404', async () => {
    page.show(calmLook());
    expect((await get('certificates/web/nobody')).status).toBe(404);
    expect((await get('nowhere')).status).toBe(404);
  });

  it('is not given to another host name', async () => {
    expect(await asHost('evil.example')).toBe(403);
    expect(await asHost(new URL(page.url).host)).toBe(200);
  });

  it('is told of by HEAD without a body', async () => {
    const answer = await fetch(page.url, { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });
});

describe('a stream', () => {
  it('begins with what its page does not show yet, and goes on with each change', async () => {
    page.show(calmLook());
    const stream = await streamOf('events?of=%2F&have=nothing');
    expect(stream.answer.headers.get('content-type')).toBe('text/event-stream');
    expect((await stream.next()).html).toContain('web/shop');
    page.show(fleetLook({ hostile: false }));
    expect((await stream.next()).html).toContain('pay/expired');
  });

  it('says nothing where nothing has changed', async () => {
    page.show(calmLook());
    const [shown] = /(?<=data-version=")[^"]+/.exec(await (await get('')).text())!;
    const stream = await streamOf(`events?of=%2F&have=${shown}`);
    page.show(calmLook());
    page.show(fleetLook({ hostile: false }));
    expect((await stream.next()).html).toContain('pay/expired');
  });

  it('ends with the page', async () => {
    const stream = await streamOf('events?of=%2F&have=');
    await stream.next();
    await page.stop();
    expect(await stream.ended()).toBe(true);
  });
});

describe('a wish for a renewal', () => {
  beforeEach(() => page.show(calmLook()));

  it('with the token of the page is written, and leads back to the certificate', async () => {
    const answer = await post('certificates/web/shop/renew', `token=${await tokenOf()}`);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/certificates/web/shop']);
    expect(page.wished).toEqual(['web/shop']);
  });

  it.each(['', 'token=', 'token=guessed', 'other=1'])('with %j for a token is refused', async (body) => {
    expect((await post('certificates/web/shop/renew', body)).status).toBe(403);
    expect(page.wished).toEqual([]);
  });

  it('that is too long is not read', async () => {
    expect((await post('certificates/web/shop/renew', `token=${'a'.repeat(2_000)}`)).status).toBe(413);
    expect(page.wished).toEqual([]);
  });

  it('from another site is refused, token or not', async () => {
    const answer = await fetch(`${page.url}certificates/web/shop/renew`, {
      method: 'POST',
      headers: { origin: 'http://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
      body: `token=${await tokenOf()}`,
    });
    expect(answer.status).toBe(403);
    expect(page.wished).toEqual([]);
  });
});

it('what cannot be drawn is told, and hides nothing of ours in the answer', async () => {
  page.show({ ...calmLook(), rows: new Map([['web/shop', {} as never]]) });
  const answer = await get('');
  expect([answer.status, await answer.text()]).toEqual([500, 'this could not be shown\n']);
  expect(page.errors).toHaveLength(1);
});
