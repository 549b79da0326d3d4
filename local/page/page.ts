// The page of one local cloud, from its first line of progress to its end: it shows looks that others take. It must never write
// to the ledger, but for the mark that a person asks for.
import { dynamodbRenewalMarks } from '#adapters/dynamodb/renewal-marks.ts';
import { certificateSecret } from '#core/names.ts';
import type { LocalClients } from '../cloud/clients.ts';
import type { LedgerLook } from '../cloud/ledger-look.ts';
import { type Chain, chainReader } from './chains.ts';
import { documentOf, STYLE } from './document.ts';
import { certificateDrawn, fleetDrawn, startingDrawn } from './drawn.ts';
import type { Place } from './request.ts';
import { servePage } from './server.ts';
import type { Drawn } from './streams.ts';
import type { Scene } from './views.ts';

/** A cloud that has been deployed. */
export interface Deployed {
  readonly clients: Pick<LocalClients, 'dynamodb' | 'secrets'>;
  readonly tableName: string;
}

export interface LocalPage {
  readonly url: string;
  /** A line of progress, shown until there is a ledger. */
  say(line: string): void;
  show(look: LedgerLook): void;
  /** From now on chains are read, and a person can ask for a renewal. */
  attach(deployed: Deployed): void;
  stop(): Promise<void>;
}

const MOST_LINES = 12;

interface About extends Pick<Scene, 'prefix' | 'sweepPeriodMs'> {
  readonly now: () => Date;
}

class PageOfCloud {
  readonly #about: About;
  #lines: readonly string[] = [];
  #look: LedgerLook | undefined;
  #deployed: (Deployed & { readonly chainOf: ReturnType<typeof chainReader> }) | undefined;

  constructor(about: About) {
    this.#about = about;
  }

  say(line: string): void {
    this.#lines = [...this.#lines, line].slice(-MOST_LINES);
  }

  show(look: LedgerLook): void {
    this.#look = look;
  }

  attach(deployed: Deployed): void {
    this.#deployed = { ...deployed, chainOf: chainReader(deployed.clients.secrets) };
  }

  async draw(place: Place, pageToken: string): Promise<Drawn | undefined> {
    if (this.#look === undefined || this.#look.rows.size === 0) return startingDrawn(this.#lines);
    const scene = { ...this.#about, look: this.#look, now: this.#about.now() };
    const token = this.#deployed === undefined ? undefined : pageToken;
    if (place.kind === 'fleet') return fleetDrawn(scene, token);
    return certificateDrawn(scene, place.name, { token, chain: await this.#chainOf(scene.look, place.name) });
  }

  async renew(name: string): Promise<boolean> {
    if (this.#deployed === undefined) return false;
    const { clients, tableName } = this.#deployed;
    return dynamodbRenewalMarks({ client: clients.dynamodb, tableName }).request({ name, now: this.#about.now() });
  }

  async #chainOf({ rows }: LedgerLook, name: string): Promise<Chain | undefined> {
    const versionId = rows.get(name)?.progress.current?.versionId;
    if (versionId === undefined) return undefined;
    return this.#deployed?.chainOf({ secret: certificateSecret(this.#about.prefix, name), versionId });
  }
}

/** Serves on a free port of 127.0.0.1 until it is stopped; `onError` is told of what could not be shown. */
export const startPage = async (options: {
  readonly prefix: string;
  readonly sweepPeriodMs: number;
  readonly onError: (error: Error) => void;
  /** The machine's clock, unless a test stops it. */
  readonly now?: () => Date;
}): Promise<LocalPage> => {
  const { onError } = options;
  const page = new PageOfCloud({ now: () => new Date(), ...options });
  const server = await servePage({
    draw: (place, token) => page.draw(place, token),
    renew: (name) => page.renew(name),
    document: documentOf,
    styles: [STYLE],
    onError,
  });
  const then = <T extends unknown[]>(change: (...given: T) => void) => {
    return (...given: T): void => {
      change(...given);
      server.changed();
    };
  };
  return {
    url: server.url,
    say: then((line: string) => page.say(line)),
    show: then((look: LedgerLook) => page.show(look)),
    attach: then((deployed: Deployed) => page.attach(deployed)),
    stop: server.stop,
  };
};
