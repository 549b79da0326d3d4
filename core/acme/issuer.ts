// The ACME issuer: its segment of the journey, from account to chain (RFC 8555). To understand it, read the table of
// stages; each stage does at most one effect that must be recorded.
import { acmeOf } from '../declaration/issuer-types.ts';
import { EvercertError } from '../errors.ts';
import { zoneScope } from '../failure/scope.ts';
import type { Issuer, SegmentInput, SegmentOutcome } from '../journey/issuer.ts';
import type { Take } from '../limits/bucket.ts';
import { forgetAccount, isRekeyed, type OpenAccount, openAccount } from './account.ts';
import { accountReference } from './account-key.ts';
import type { AcmePorts, AcmeSettings, Stage, StageOutcome } from './context.ts';
import { fewAtATime } from './context.ts';
import { present, removeValues, settle } from './dns-stages.ts';
import { demandDnsNames } from './identifiers.ts';
import { giveBackOf, learnFrom, takeForOrder } from './order-limits.ts';
import { authorize, claimsOf, order } from './order-stages.ts';
import { VALIDATE_DEADLINE_MS } from './pace.ts';
import type { AcmeSession } from './ports.ts';
import { type AcmeStage, type AcmeState, enter, openState, sealState } from './state.ts';
import { answer, finalize, issue, validate } from './validate-stages.ts';

const STAGES: Readonly<Record<AcmeStage, Stage>> = {
  order,
  authorize,
  present,
  settle,
  answer,
  validate,
  finalize,
  issue,
};

/** An opened account is reused inside one container for so long; the key stays in memory only. */
const ACCOUNT_REUSE_MS = 5 * 60_000;

const sealed = (outcome: StageOutcome): SegmentOutcome => ({ ...outcome, state: sealState(outcome.state) });

const begun = (account: OpenAccount, taken: readonly Take[], now: Date): AcmeState => ({
  stage: 'order',
  accountUrl: account.url,
  keyVersionId: account.keyVersionId,
  challenges: [],
  changes: [],
  taken,
  stageSince: now.toISOString(),
  looks: 0,
});

/** A CA that was told to look may be looking right now: a value taken away then would cost a failed authorization. */
const mayBeLookedAt = ({ stage, stageSince }: AcmeState, now: Date): boolean =>
  (stage === 'answer' || stage === 'validate') && now.getTime() - new Date(stageSince).getTime() < VALIDATE_DEADLINE_MS;

/** Values that were put up, or are about to be, follow from the account's key: another key asks for others. */
const areOfAnotherKey = ({ stage, challenges, keyVersionId }: AcmeState, account: OpenAccount): boolean =>
  challenges.length > 0 &&
  ['authorize', 'present', 'settle', 'answer'].includes(stage) &&
  keyVersionId !== undefined &&
  keyVersionId !== account.keyVersionId;

const AGAIN_MS = 700;

/** A directory that cannot be read is no finding of pre-flight: the order will tell. */
const caaIdentities = async ({ meta }: AcmeSession): Promise<readonly string[]> => {
  const [told] = await Promise.allSettled([meta.caaIdentities()]);
  return told.status === 'fulfilled' ? told.value : [];
};

/** Makes the ACME issuer over its ports; the only state that it keeps is which accounts it has opened lately. */
export const acmeIssuer = (ports: AcmePorts, settings: AcmeSettings): Issuer => {
  const opened = new Map<string, { account: OpenAccount; at: Date }>();

  const account = async ({ issuer }: SegmentInput['declared'], now: Date): Promise<OpenAccount> => {
    const { id } = accountReference(issuer, settings);
    const { caBundlePem, skipTlsVerify, email } = acmeOf(issuer);
    const key = JSON.stringify([id, caBundlePem, skipTlsVerify, email]);
    const known = opened.get(key);
    if (known !== undefined && now.getTime() - known.at.getTime() < ACCOUNT_REUSE_MS) return known.account;
    const fresh = await openAccount(ports, settings, issuer);
    opened.set(key, { account: fresh, at: now });
    return fresh;
  };

  /** What the CA refuses may have been signed with a key that another run has replaced: then it is asked anew, by the new one. */
  const rekeyed = async (error: unknown, issuer: SegmentInput['declared']['issuer'], account: OpenAccount) => {
    const isRefusal = error instanceof EvercertError && error.detail.problem !== undefined;
    if (!isRefusal || !(await isRekeyed(ports, settings, { issuer, account }))) return;
    opened.clear();
    throw new EvercertError('ACCOUNT_BUSY', `the key of the account ${account.url} has just been changed`, {
      detail: { retryAt: new Date(ports.clock.now().getTime() + AGAIN_MS) },
      cause: error,
    });
  };

  const lost = async (error: unknown, declared: SegmentInput['declared'], url: string): Promise<never> => {
    if (error instanceof EvercertError && error.code === 'ACCOUNT_LOST') {
      opened.clear();
      await forgetAccount(ports, settings, { issuer: declared.issuer, url });
    }
    throw error;
  };

  const step = async (input: SegmentInput): Promise<SegmentOutcome> => {
    const { declared, now } = input;
    const state = openState(input.state);
    if (state === undefined) demandDnsNames(declared);
    const open = await account(declared, now);
    if (state === undefined) {
      const identities = await caaIdentities(open.session);
      const warnings = await ports.preflight({ declared, accountUrl: open.url, identities });
      const taken = await takeForOrder(ports, settings, { input, accountUrl: open.url });
      const moved = { kind: 'moved', state: sealState(begun(open, taken, now)) } as const;
      return { ...moved, warnings: [...open.warnings, ...warnings], waitingFor: 'the CA to take the order' };
    }
    if (state.accountUrl !== open.url)
      throw new EvercertError(
        'ORDER_EXPIRED',
        `the order ${state.orderUrl ?? ''} belongs to the account ${state.accountUrl}, which was replaced`,
      );
    if (areOfAnotherKey(state, open)) {
      await removeValues(ports, state.challenges, input.holder);
      const { keyVersionId } = open;
      const again = enter(state, 'authorize', now, { challenges: [], changes: [], keyVersionId });
      return { kind: 'moved', state: sealState(again) };
    }
    try {
      return sealed(await STAGES[state.stage]({ ports, settings, input, session: open.session, state }));
    } catch (error) {
      await rekeyed(error, declared.issuer, open);
      await learnFrom(ports, error, { declared, state, quotas: settings.quotas });
      return lost(error, declared, open.url);
    }
  };

  const giveUp = async (declared: SegmentInput['declared'], state: AcmeState): Promise<void> => {
    const open = await account(declared, ports.clock.now());
    if (open.url !== state.accountUrl) return;
    const { authorizations } = open.session;
    const known = state.challenges.map(({ authorizationUrl }) => authorizationUrl);
    // An order whose authorizations were not looked at yet: a valid one may serve other orders, and stays.
    const unread = known.length > 0 ? [] : (state.authorizationUrls ?? []);
    const found = await fewAtATime(unread, (url) => authorizations.read(url));
    const pending = found.filter(({ status }) => status === 'pending').map(({ url }) => url);
    await fewAtATime([...known, ...pending], (url) => authorizations.deactivate(url));
  };

  const clean: Issuer['clean'] = async ({ declared, state: segment, holder, ending }) => {
    const state = openState(segment);
    if (state === undefined || (ending === 'paused' && mayBeLookedAt(state, ports.clock.now()))) return segment;
    if (ending === 'overtaken') {
      await ports.txt.want(claimsOf(state.challenges, holder));
      return segment;
    }
    await removeValues(ports, state.challenges, holder);
    // Of another type now: the order is left to expire at its CA, which counts it no more than one that was given up.
    if (ending === 'abandoned' && declared.issuer.type === 'acme') await giveUp(declared, state);
    if (ending === 'abandoned') await giveBackOf(ports, state);
    // What the CA is working off wants nothing of ours any more, and is waited for from when it began.
    if (ending === 'paused' && (state.stage === 'finalize' || state.stage === 'issue'))
      return sealState({ ...state, challenges: [], changes: [] });
    const stage = state.orderUrl === undefined ? 'order' : 'authorize';
    return sealState(
      enter(state, stage, ports.clock.now(), {
        challenges: [],
        changes: [],
        taken: ending === 'paused' ? (state.taken ?? []) : [],
      }),
    );
  };

  const scopes: Issuer['scopes'] = (segment) => {
    const state = openState(segment);
    const zones = state?.stage === 'present' ? state.challenges.map(({ zone }) => zoneScope(zone.id)) : [];
    return [...new Set(zones)];
  };

  return { step, clean, scopes };
};
