// The client's side of an issuance, as short as the protocol allows, for the contract suite and measurements.
// It must never know which CA answers.

import { setTimeout as wait } from 'node:timers/promises';
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import type { AcmeAuthorization, AcmeOrder, AcmeSession } from '#core/acme/ports.ts';
import { challengeName } from '#core/names.ts';
import type { Sealed } from '#core/sealed.ts';
import { dnsRequest } from '#test/support/requests.ts';

const DEADLINE_MS = 30_000;

/** Publishes one TXT value beside those that are there. */
export type PutTxt = (record: { name: string; value: string }) => void;

/** Reads again, at the pace that the CA asks for and at most 1 s apart, until `done`. */
export const poll = async <T extends { retryAfterMs?: number }>(
  read: () => Promise<T>,
  done: (answer: T) => boolean,
): Promise<T> => {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const answer = await read();
    if (done(answer)) return answer;
    if (performance.now() > deadline) throw new Error(`still ${JSON.stringify(answer)}`);
    await wait(Math.min(answer.retryAfterMs ?? 50, 1000));
  }
};

export const readAll = async (session: AcmeSession, order: AcmeOrder): Promise<readonly AcmeAuthorization[]> => {
  const authorizations: AcmeAuthorization[] = [];
  for (const url of order.authorizationUrls) authorizations.push(await session.authorizations.read(url));
  return authorizations;
};

/** Publishes and answers what is pending, and waits until every authorization is decided. */
export const authorize = async (session: AcmeSession, order: AcmeOrder, putTxt: PutTxt): Promise<void> => {
  const pending = (await readAll(session, order)).filter(({ status }) => status === 'pending');
  for (const { dnsName, dns01 } of pending) putTxt({ name: challengeName(dnsName), value: dns01!.txtValue });
  for (const authorization of pending) await session.authorizations.answer(authorization);
  for (const { url } of pending) {
    await poll(
      () => session.authorizations.read(url),
      ({ status }) => status !== 'pending',
    );
  }
};

export interface Issued {
  readonly order: AcmeOrder;
  readonly key: Sealed<string>;
  readonly csrDer: Uint8Array;
}

/** From the names to a valid order. */
export const issue = async (
  session: AcmeSession,
  request: { dnsNames: readonly string[]; profile?: string },
  putTxt: PutTxt,
): Promise<Issued> => {
  const opened = await session.orders.open(request);
  await authorize(session, opened, putTxt);
  const key = await nodeKeys.make({ algorithm: 'ECDSA', size: 256, encoding: 'PKCS8' });
  const csrDer = await dnsRequest(key, request.dnsNames);
  const finalized = await session.orders.finalize({ order: opened, csrDer });
  const order =
    finalized.status === 'valid'
      ? finalized
      : await poll(
          () => session.orders.read(opened.url),
          ({ status }) => status !== 'processing',
        );
  return { order, key, csrDer };
};
