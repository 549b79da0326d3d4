// The local page's server, on a port of 127.0.0.1: pages, their streams of changes, and the one thing that a person may ask for.
// It must never know what is drawn, nor answer to another host's name.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pageHeaders, plainHeaders } from './headers.ts';
import { type Asked, asked, type Place, pathOf } from './request.ts';
import { type Drawn, Streams, versionOf } from './streams.ts';

/** What a page is made of beside its fragment. */
export interface Shown {
  readonly path: string;
  readonly version: string;
  readonly drawn: Drawn;
}

export interface PageOptions {
  /** Of `drawn` alone; undefined: there is no such place. `token` must come back with what a form posts. */
  readonly draw: (place: Place, token: string) => Promise<Drawn | undefined>;
  /** The whole document. */
  readonly document: (shown: Shown) => string;
  /** Word for word what stands in the document's style elements. */
  readonly styles: readonly string[];
  /** A person wants one more certificate; false: there is no such. Absent: nobody can. */
  readonly renew?: (name: string) => Promise<boolean>;
  /** Told of what could not be drawn or done. */
  readonly onError: (error: Error) => void;
}

export interface Page {
  /** `http://127.0.0.1:<port>/`. */
  readonly url: string;
  /** Something may have changed: what is looked at is drawn anew, and sent where it differs. */
  changed(): void;
  stop(): Promise<void>;
}

const TYPES = { 'live.js': 'text/javascript; charset=utf-8', 'icon.svg': 'image/svg+xml' } as const;
const FILES = new Map(
  (['live.js', 'icon.svg'] as const).map((name) => [name, readFileSync(join(import.meta.dirname, name), 'utf8')]),
);
/** A form with a token and nothing else. */
const MOST_BYTES = 1_024;

const answer = (response: ServerResponse, status: number, headers: Readonly<Record<string, string>>, body: string) => {
  response.writeHead(status, headers);
  response.end(response.req.method === 'HEAD' ? undefined : body);
};

const plain = (response: ServerResponse, status: number, body: string): void =>
  answer(response, status, plainHeaders('text/plain; charset=utf-8'), `${body}\n`);

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const sameToken = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

class PageServer {
  readonly #options: PageOptions;
  readonly #token = randomBytes(32).toString('base64url');
  readonly streams: Streams;

  constructor(options: PageOptions) {
    this.#options = options;
    this.streams = new Streams((place) => options.draw(place, this.#token));
  }

  async answer(request: IncomingMessage, response: ServerResponse, port: number): Promise<void> {
    const { method = '', url = '', headers } = request;
    const { host, origin } = headers;
    const site = headers['sec-fetch-site'] as string | undefined;
    await this.#obey(asked({ method, url, host, origin, site, port }), request, response);
  }

  async #obey(what: Asked, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (what.kind === 'refused') return plain(response, what.status, what.why);
    if (what.kind === 'file') return answer(response, 200, plainHeaders(TYPES[what.name]), FILES.get(what.name)!);
    if (what.kind === 'page') return this.#page(what.place, response);
    if (what.kind === 'renew') return this.#renew(what.name, request, response);
    const isOpen = this.streams.open({ ...what, response });
    return isOpen ? this.streams.send() : plain(response, 503, 'too many pages are open');
  }

  async #page(place: Place, response: ServerResponse): Promise<void> {
    const drawn = await this.#options.draw(place, this.#token);
    if (drawn === undefined) return plain(response, 404, 'there is no such certificate');
    const document = this.#options.document({ path: pathOf(place), version: versionOf(drawn), drawn });
    return answer(response, 200, pageHeaders(this.#options.styles), document);
  }

  async #renew(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { renew } = this.#options;
    if (renew === undefined) return plain(response, 404, 'nothing can be asked for here');
    if (!(Number(request.headers['content-length']) <= MOST_BYTES)) return plain(response, 413, 'too long');
    const token = new URLSearchParams(await text(request)).get('token') ?? '';
    if (!sameToken(token, this.#token)) return plain(response, 403, 'the page is of an earlier start: load it again');
    if (!(await renew(name))) return plain(response, 404, 'there is no such certificate');
    response.writeHead(303, { ...plainHeaders('text/plain'), location: pathOf({ kind: 'certificate', name }) });
    response.end();
  }
}

/** Listens on a free port of 127.0.0.1, or on the given one. */
export const servePage = async (options: PageOptions & { readonly port?: number }): Promise<Page> => {
  const { onError } = options;
  const page = new PageServer(options);
  const server = createServer((request, response) => {
    page.answer(request, response, portOf(server)).catch((error: Error) => {
      onError(error);
      if (response.headersSent) response.destroy();
      else plain(response, 500, 'this could not be shown');
    });
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen({ host: '127.0.0.1', port: options.port ?? 0 }, done);
  });
  return {
    url: `http://127.0.0.1:${portOf(server)}/`,
    changed: () => void page.streams.send().catch(onError),
    stop: () =>
      new Promise((done) => {
        page.streams.close();
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
};
