// What a run of the DNS provider's suite has at hand. It must never know which part stands behind it.
import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { DnsProvider, Zone } from '#core/ports.ts';

export interface DnsUnderTest {
  /** A fresh implementer, as another container would have it. Configured zones: none unless given. */
  open(zones?: readonly { id: string; name?: string }[]): DnsProvider;
  /** Somebody else's hand on the provider. */
  byHand: {
    addZone(zone: { name: string; isPrivate?: boolean }): Promise<string>;
    addPlainTxt(request: { zoneId: string; name: string; value: string }): Promise<void>;
    /** All TXT values that stand at the name, without quotation marks, sorted. */
    values(request: { zoneId: string; name: string }): Promise<readonly string[]>;
  };
  /** How this part differs from AWS; the suite asserts the difference. */
  differences: {
    /** Lets multivalue answers stand beside a plain TXT set (both emulators). */
    acceptsBesidePlainTxt: boolean;
    /** Takes names outside the zone (ministack). */
    acceptsForeignNames: boolean;
    /** Refuses to delete what never was as a malformed request (moto). */
    refusesUnknownDeletes: boolean;
  };
  close(): Promise<void>;
}

/** The part under test, once it is there. */
export type Context = () => DnsUnderTest;

export const code = (expected: string, offenders?: readonly string[]) =>
  expect.objectContaining({
    name: 'EvercertError',
    code: expected,
    ...(offenders ? { detail: expect.objectContaining({ offenders }) } : {}),
  });
/** As a challenge's: 43 characters of base64url. */
export const aValue = (): string => randomBytes(32).toString('base64url');

/** A zone's name that nobody has yet. */
export const freshName = (): string => `${randomBytes(5).toString('hex')}.example.com`;

export const freshZone = async (under: DnsUnderTest): Promise<Zone> => {
  const name = freshName();
  return { id: await under.byHand.addZone({ name }), name, access: {} };
};

/** Asks until it is settled; the emulators need a second look at most. */
export const settled = async (provider: DnsProvider, zone: Zone, changeId: string | undefined): Promise<boolean> => {
  for (let look = 0; look < 10; look++) {
    if (changeId === undefined || (await provider.isSettled({ zone, changeId }))) return true;
  }
  return false;
};
