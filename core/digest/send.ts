// The weekly digest: a look at the fleet, made a mail, told to the topic. It must never write anything, nor say more than
// the page does.
import { type LookPorts, type LookSettings, lookAtFleet } from '../view/look.ts';
import type { Topic } from '../watchdog/ports.ts';
import { digestMail } from './mail.ts';
import { type Charged, monthlySpend } from './spend.ts';
import { DAY_MS, weekOf } from './week.ts';

export interface DigestPorts extends LookPorts {
  readonly topic: Topic;
}

export interface DigestSettings extends LookSettings, Pick<Charged, 'copies' | 'metricsByIssuer'> {}

/** Listed with all that is known; of the others there is a number. */
const LISTED = { attention: 20, others: 0 };
/** The index of lives is read once a week: three megabytes of ten thousand. */
const MOST_LIVES = 100_000;
/** Longer than any certificate lives. */
const ALL_MS = 40_000 * DAY_MS;

/** Gives the mail that was told. Telling it again tells it again. Errors: LEDGER_UNAVAILABLE, AWS_UNAVAILABLE, AWS_DENIED, INTERNAL. */
export const sendDigest = async (
  ports: DigestPorts,
  settings: DigestSettings,
): Promise<{ readonly subject: string; readonly text: string }> => {
  const now = ports.clock.now();
  const until = new Date(now.getTime() + ALL_MS);
  const [fleet, { lives }] = await Promise.all([
    lookAtFleet(ports, settings, LISTED),
    ports.lives.dueBefore({ until, limit: MOST_LIVES }),
  ]);
  const secrets = fleet.isCounted ? fleet.counts.managed : lives.length;
  const { copies, metricsByIssuer, clusterNames } = settings;
  const spend = monthlySpend({ secrets, copies, metricsByIssuer, clusters: clusterNames.length });
  const mail = digestMail({ fleet, week: weekOf({ lives, attention: fleet.attention }, now), spend });
  await ports.topic.tell(mail);
  return mail;
};
