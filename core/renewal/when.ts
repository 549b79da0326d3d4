// When a certificate is renewed: an ordered list of named checks. The first wish that speaks is taken, then what may be
// postponed is postponed, and the emergency margin overrides all of it. Pure: an instant and its reason come out.

import type { CertificateSpec } from '../declaration/model.ts';
import type { RenewalInfo } from '../journey/row.ts';
import { windowReserveMs } from './ari.ts';
import { openAt } from './maintenance.ts';
import { shareOf } from './share.ts';

export type RenewalWish = Pick<CertificateSpec, 'renewBeforeMs' | 'renewBeforePercentage' | 'renewal'>;

export type RenewalRule =
  | 'AriWindowPassed'
  | 'AriWindow'
  | 'RenewBefore'
  | 'RenewBeforePercentage'
  | 'DefaultFraction'
  | 'PolicyDisabled'
  | 'MaintenanceWindow'
  | 'EmergencyMargin';

export interface RenewalLook {
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Of the leaf: decides where in a span it falls. */
  readonly fingerprint: string;
  readonly wish: RenewalWish;
  /** What the CA said of this very leaf. */
  readonly info?: RenewalInfo | undefined;
  readonly sweepPeriodMs: number;
  readonly now: Date;
}

export interface Renewal {
  /** Whole seconds. */
  readonly renewAt: Date;
  readonly rule: RenewalRule;
  readonly why: string;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const TEN_DAYS = 10 * DAY;

/** The latest moment that still leaves room for a failure: max(1/20 of the lifetime, 2 sweep periods + 10 min), at most a quarter of it. */
export const emergencyMarginMs = (lifetimeMs: number, sweepPeriodMs: number): number =>
  Math.min(Math.max(lifetimeMs / 20, 2 * sweepPeriodMs + 10 * MINUTE), lifetimeMs / 4);

/** What is issued together is not renewed together: up to a hundredth of the lifetime and a day earlier. */
export const spreadMs = ({ notBefore, notAfter, fingerprint }: RenewalLook): number =>
  shareOf(fingerprint, 'renewal') * Math.min((notAfter.getTime() - notBefore.getTime()) / 100, DAY);

const lifetimeOf = ({ notBefore, notAfter }: RenewalLook): number => notAfter.getTime() - notBefore.getTime();
const atSecond = (ms: number): Date => new Date(Math.floor(ms / 1000) * 1000);
const before = (look: RenewalLook, remainingMs: number): Date =>
  atSecond(look.notAfter.getTime() - remainingMs - spreadMs(look));

type Wish = (look: RenewalLook) => Renewal | undefined;

const ariWindowPassed: Wish = ({ info }) =>
  info?.isPast === true && info.window !== undefined && info.chosenAt !== undefined
    ? {
        renewAt: atSecond(new Date(info.chosenAt).getTime()),
        rule: 'AriWindowPassed',
        why: `the CA wants it replaced now: its window ended at ${info.window.end}`,
      }
    : undefined;

const ariWindow: Wish = ({ info }) =>
  info?.window !== undefined && info.chosenAt !== undefined
    ? {
        renewAt: new Date(info.chosenAt),
        rule: 'AriWindow',
        why: `the CA's window is ${info.window.start} to ${info.window.end}`,
      }
    : undefined;

const renewBefore: Wish = (look) => {
  const ms = look.wish.renewBeforeMs;
  // A wish that the CA's actual lifetime makes absurd would renew for ever: cert-manager ignores it too.
  if (ms === undefined || ms <= 0 || ms >= lifetimeOf(look)) return undefined;
  return { renewAt: before(look, ms), rule: 'RenewBefore', why: `renewBefore is ${ms / 3_600_000} h` };
};

const renewBeforePercentage: Wish = (look) => {
  const percentage = look.wish.renewBeforePercentage;
  if (percentage === undefined || percentage <= 0 || percentage >= 100) return undefined;
  const renewAt = before(look, (lifetimeOf(look) * percentage) / 100);
  return { renewAt, rule: 'RenewBeforePercentage', why: `renewBeforePercentage is ${percentage}` };
};

const defaultFraction: Wish = (look) => {
  const part = lifetimeOf(look) < TEN_DAYS ? 2 : 3;
  const why = part === 2 ? 'half of its lifetime is left' : 'a third of its lifetime is left';
  return { renewAt: before(look, lifetimeOf(look) / part), rule: 'DefaultFraction', why };
};

const WISHES: readonly Wish[] = [ariWindowPassed, ariWindow, renewBefore, renewBeforePercentage, defaultFraction];

/** The last moment, spread like all others. */
const safetyOf = (look: RenewalLook): Date => before(look, emergencyMarginMs(lifetimeOf(look), look.sweepPeriodMs));

type Postponement = (wished: Renewal, look: RenewalLook) => Renewal;

const policyDisabled: Postponement = (wished, look) =>
  look.wish.renewal?.policy === 'Disabled'
    ? { renewAt: look.notAfter, rule: 'PolicyDisabled', why: 'renewal.policy is Disabled' }
    : wished;

/** Inside the CA's window any instant is as good: an opening there is better than one that comes after it. */
const openInsideWindow = (look: RenewalLook): Date | undefined => {
  const { info, now, wish, fingerprint } = look;
  if (info?.window === undefined) return undefined;
  const desired = new Date(info.window.start);
  const found = openAt(wish.renewal?.windows ?? [], { desired, now, share: shareOf(fingerprint, 'window') });
  return found !== undefined && isInsideWindow(look, found) ? found : undefined;
};

const isInsideWindow = ({ info, sweepPeriodMs }: RenewalLook, at: Date | undefined): boolean =>
  info?.window !== undefined &&
  at !== undefined &&
  at.getTime() <= new Date(info.window.end).getTime() - windowReserveMs(sweepPeriodMs);

const maintenanceWindow: Postponement = (wished, look) => {
  const windows = look.wish.renewal?.windows ?? [];
  if (windows.length === 0 || wished.rule === 'PolicyDisabled') return wished;
  const wanted = { desired: wished.renewAt, now: look.now, share: shareOf(look.fingerprint, 'window') };
  const next = openAt(windows, wanted);
  const missed = wished.rule === 'AriWindow' && !isInsideWindow(look, next);
  const found = (missed ? openInsideWindow(look) : undefined) ?? next ?? look.notAfter;
  if (found.getTime() === wished.renewAt.getTime()) return wished;
  // The wish has come and a window is open: it is due, since its own instant.
  if (found <= look.now && wished.renewAt <= look.now) return wished;
  return { renewAt: found, rule: 'MaintenanceWindow', why: `${wished.why}; renewal.windows opens then` };
};

const POSTPONEMENTS: readonly Postponement[] = [policyDisabled, maintenanceWindow];

/** When, by which rule, and why. A window of the CA that is past cannot be postponed, and nothing is postponed past safety. */
export const renewalOf = (look: RenewalLook): Renewal => {
  const wished = WISHES.map((wish) => wish(look)).find((found) => found !== undefined)!;
  const postponed =
    wished.rule === 'AriWindowPassed' ? wished : POSTPONEMENTS.reduce((found, next) => next(found, look), wished);
  const safety = safetyOf(look);
  if (postponed.renewAt <= safety) return postponed;
  const why =
    postponed.rule === 'PolicyDisabled' ? `${postponed.why}, but it would expire` : `${postponed.why}, too late`;
  return { renewAt: safety, rule: 'EmergencyMargin', why };
};
