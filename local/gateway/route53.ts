// Route53 before the emulator: judged, passed on, shown in DNS, and only then INSYNC. It must never know who calls.
import { parseChanges } from './change-batch.ts';
import { judgeBatch } from './judge-batch.ts';
import { type Answered, batchRefusal, ROUTE53_NAMESPACE, xmlAnswer, xmlError } from './refusals.ts';
import type { Upstream } from './upstream.ts';
import { child, parseXml, textOf } from './xml.ts';
import type { Credentials, ZoneMirror } from './zone-mirror.ts';

export interface Route53Call {
  operation: string;
  method: string;
  /** Path and query. */
  path: string;
  rawHeaders: readonly string[];
  body: Buffer;
  /** Zone or change id of the path. */
  id: string;
}

export interface Route53Front {
  /** The answer of a call that this front handles; undefined: let it pass to the emulator. */
  answer(call: Route53Call): Promise<Answered> | undefined;
  /** The accounts that have called so far (and the default one). */
  accounts(): Credentials[];
}

interface KnownChange {
  status: 'PENDING' | 'INSYNC';
  submittedAt: string;
}

const CHANGES_KEPT = 50_000;
/** ministack's default account. */
const DEFAULT_ACCOUNT: Credentials = [
  'Host',
  '127.0.0.1',
  'Authorization',
  'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/route53/aws4_request, SignedHeaders=host, Signature=0',
];

/** Judges and mirrors the calls that change zones; changes of one zone go one after the other. */
export function route53Front(parts: { upstream: Upstream; mirror: ZoneMirror }): Route53Front {
  const known = new Map<string, KnownChange>();
  const seenAccounts = new Map<string, Credentials>([['test', DEFAULT_ACCOUNT]]);
  const inTurn = turns();
  const pass = (call: Route53Call): Promise<Answered> => parts.upstream.exchange(call);
  const handlers: Record<string, (call: Route53Call) => Promise<Answered> | undefined> = {
    ChangeResourceRecordSets: (call) => inTurn(call.id, () => changeSets(parts, call, known)),
    GetChange: (call) => {
      const change = known.get(call.id);
      return change && Promise.resolve(changeAnswer(call.id, change));
    },
    CreateHostedZone: async (call) => {
      const answer = await pass(call);
      const created = textOf(child(parseXml(answer.body.toString().trim()), 'HostedZone'), 'Id');
      if (created) await parts.mirror.zone(created.replace('/hostedzone/', ''), credentialsOf(call.rawHeaders));
      return answer;
    },
    DeleteHostedZone: (call) =>
      inTurn(call.id, async () => {
        const answer = await pass(call);
        if (answer.status === 200) parts.mirror.forget(call.id, { keepDns: false });
        return answer;
      }),
  };
  return {
    answer: (call) => {
      const credentials = credentialsOf(call.rawHeaders);
      const key = /Credential=([^/]+)/.exec(credentials.join(' '))?.[1];
      if (key && seenAccounts.size < 1000) seenAccounts.set(key, credentials);
      return handlers[call.operation]?.(call);
    },
    accounts: () => [...seenAccounts.values()],
  };
}

async function changeSets(
  parts: { upstream: Upstream; mirror: ZoneMirror },
  call: Route53Call,
  known: Map<string, KnownChange>,
): Promise<Answered> {
  const zone = await parts.mirror.zone(call.id, credentialsOf(call.rawHeaders));
  if (!zone) return parts.upstream.exchange(call);
  const changes = parseChanges(call.body.toString('utf8'));
  if (!changes)
    return xmlError(400, 'MalformedInput', 'ChangeBatch is not valid, expected ChangeResourceRecordSetsRequest');
  const verdict = judgeBatch({ zoneName: zone.name, sets: zone.sets, changes });
  if ('refused' in verdict) return batchRefusal(verdict.refused.code, verdict.refused.messages);
  try {
    const answer = await parts.upstream.exchange(call);
    if (answer.status !== 200) parts.mirror.forget(zone.id, { keepDns: true });
    else {
      const info = child(parseXml(answer.body.toString('utf8').trim()), 'ChangeInfo');
      const id = (textOf(info, 'Id') ?? '').replace(/^\/change\//, '');
      const change: KnownChange = { status: 'PENDING', submittedAt: textOf(info, 'SubmittedAt') ?? '' };
      remember(known, id, change);
      const onShown = (): void => {
        change.status = 'INSYNC';
      };
      parts.mirror.accept({ zone, sets: verdict.accepted, changes, onShown });
    }
    return answer;
  } catch (error) {
    // Applied or not, nobody knows: the next call looks.
    parts.mirror.forget(zone.id, { keepDns: true });
    throw error;
  }
}

function remember(known: Map<string, KnownChange>, id: string, change: KnownChange): void {
  known.set(id, change);
  const oldest = known.size > CHANGES_KEPT ? known.keys().next().value : undefined;
  if (oldest !== undefined) known.delete(oldest);
}

const changeAnswer = (id: string, change: KnownChange): Answered => {
  const info = `<Id>/change/${id}</Id><Status>${change.status}</Status><SubmittedAt>${change.submittedAt}</SubmittedAt>`;
  return xmlAnswer(
    200,
    `<GetChangeResponse xmlns="${ROUTE53_NAMESPACE}"><ChangeInfo>${info}</ChangeInfo></GetChangeResponse>`,
  );
};

/** Host, Authorization and session token of a call. */
function credentialsOf(rawHeaders: readonly string[]): Credentials {
  const wanted = new Set(['host', 'authorization', 'x-amz-security-token']);
  return rawHeaders.filter((_, index) => wanted.has((rawHeaders[index - (index % 2)] ?? '').toLowerCase()));
}

/** Work under one key runs one after the other, whatever became of the one before. */
function turns(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const mine = (last.get(key) ?? Promise.resolve()).then(work, work);
    last.set(key, mine);
    return mine;
  };
}
