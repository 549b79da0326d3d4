// The bearer token by which EKS knows an IAM role: a presigned STS GetCallerIdentity with the cluster's name signed into it
// (aws-iam-authenticator, "API Authorization from Outside a Cluster"). It must never print a token.
import type { Clock } from '#core/ports.ts';
import { Sealed } from '#core/sealed.ts';
import { type AwsCredentials, presigned } from './sigv4.ts';

/** Gives a token that is good for at least some minutes; `fresh`: a new one, of newly asked credentials. */
export type TokenSource = (options?: { readonly fresh?: boolean }) => Promise<Sealed<string>>;

/** EKS takes a token for 15 minutes from its signing; a new one is made well before. */
const LIFE_MS = 10 * 60_000;
const EXPIRES_SECONDS = 60;

/** STS's regional host; the China partition has a suffix of its own. */
const stsHost = (region: string): string => `sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

export const eksToken = (asked: {
  readonly eksName: string;
  readonly region: string;
  readonly credentials: AwsCredentials;
  readonly now: Date;
}): Sealed<string> => {
  const url = presigned({
    host: stsHost(asked.region),
    path: '/',
    query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    headers: { 'x-k8s-aws-id': asked.eksName },
    service: 'sts',
    region: asked.region,
    expiresSeconds: EXPIRES_SECONDS,
    credentials: asked.credentials,
    now: asked.now,
  });
  return new Sealed(`k8s-aws-v1.${Buffer.from(url).toString('base64url')}`);
};

/** Makes tokens and keeps each for ten minutes; `credentials` is asked for each new one. */
export const tokenSource = (options: {
  readonly eksName: string;
  readonly region: string;
  readonly credentials: (options?: { readonly forceRefresh?: boolean }) => Promise<AwsCredentials>;
  readonly clock: Clock;
}): TokenSource => {
  let kept: { token: Sealed<string>; until: Date } | undefined;
  return async ({ fresh = false } = {}) => {
    const now = options.clock.now();
    if (!fresh && kept !== undefined && now < kept.until) return kept.token;
    const { eksName, region } = options;
    const credentials = await options.credentials({ forceRefresh: fresh });
    const token = eksToken({ eksName, region, credentials, now });
    kept = { token, until: new Date(now.getTime() + LIFE_MS) };
    return token;
  };
};
