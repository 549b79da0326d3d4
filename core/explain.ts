// What a code or an alarm means, for `evercert explain`: from the tables alone, the same words as messages and runbook. Pure.
import { COMPOSITES, type CompositeId } from './alarms/composites.ts';
import type { AlarmWords, Names } from './alarms/model.ts';
import { fill, runbookAnchor } from './alarms/resolve.ts';
import { ALARMS } from './alarms/table.ts';
import { CODES, type CodeMeaning, type ErrorCode, type FailureClass } from './codes.ts';
import { SCOPE_OF } from './failure/scope.ts';
import { FINDINGS } from './watchdog/findings.ts';

export interface Explanation {
  readonly name: string;
  readonly means: string;
  /** What still works, and until when. */
  readonly still: string;
  readonly itself: string;
  /** What to type first; of a code: the runbook has it. */
  readonly command?: string;
  readonly fix: string;
  /** Heading of docs/runbook.md, as an anchor; absent: nobody is called for it. */
  readonly runbook?: string;
}

/** What Evercert does by itself. */
export const BY_ITSELF: Readonly<Record<FailureClass, string>> = {
  fast: 'Does the step again at once, from an earlier point, three times inside one run; then after 1, 10 and 100 minutes.',
  step: 'Tries again after 1, 10 and 100 minutes, then daily or after an eighth of what is left, whichever is sooner.',
  wait: 'Goes on when the other side allows it; this is no failure.',
  human: 'Probes once a day, sooner when little is left, and at once when the declaration changes.',
  delivery: 'Tries again after 1, 2, 5 and 15 minutes, then hourly, and at once with a new version.',
};

const CURRENT =
  'The certificate that is current, until its end; nothing half done is published, other certificates are not held up.';
const HELD = 'What the cluster holds, until its end; issuance and other clusters are not held up.';

/** Where readers are hit as well. */
const STILL: Readonly<Partial<Record<ErrorCode, string>>> = {
  KMS_UNUSABLE: 'What readers have read already; **nobody can decrypt the secrets now**. Nothing is ordered meanwhile.',
  SECRET_DELETED: 'What readers have read already; they get errors now.',
  TARGET_DENIED: 'What the cluster holds, until its end; other clusters and roles are not held up.',
};

export const stillWorks = (code: ErrorCode): string => {
  const { class: failureClass }: CodeMeaning = CODES[code];
  return STILL[code] ?? (failureClass === 'delivery' ? HELD : CURRENT);
};

/** Whether somebody must act, or look: what hits many is looked at too, though it may pass. */
export const callsAPerson = (code: ErrorCode): boolean =>
  ['human', 'delivery'].includes(CODES[code].class) || SCOPE_OF[code] !== undefined || code === 'CIRCUIT_OPEN';

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const ofCode = (code: ErrorCode): Explanation => {
  const meaning: CodeMeaning = CODES[code];
  return {
    name: code,
    means: sentence(meaning.summary),
    still: stillWorks(code),
    itself: BY_ITSELF[meaning.class],
    fix: sentence(meaning.fix),
    ...(callsAPerson(code) ? { runbook: runbookAnchor(code) } : {}),
  };
};

const ofAlarm = (name: string, { means, still, command, heading }: AlarmWords, names: Names): Explanation => ({
  name,
  means: fill(means, names),
  still: sentence(still.replace(/\.$/, '')),
  itself: 'Goes on with everything that it can, and tells when it is over.',
  command: fill(command, names),
  fix: `What the runbook says under ${heading}.`,
  runbook: runbookAnchor(heading),
});

/** By code, alarm or heading of the runbook, whatever its case; undefined: there is none of that name. */
export const explain = (name: string, names: Names = {}): Explanation | undefined => {
  const upper = name.toUpperCase();
  if (Object.hasOwn(CODES, upper)) return ofCode(upper as ErrorCode);
  const alarm = Object.values(ALARMS).find(({ id, heading }) => id.toUpperCase() === upper || heading === upper);
  if (alarm !== undefined) return ofAlarm(alarm.id, alarm, names);
  if (Object.hasOwn(FINDINGS, upper)) return ofAlarm(upper, FINDINGS[upper as keyof typeof FINDINGS], names);
  const composite = (Object.keys(COMPOSITES) as CompositeId[]).find((id) => id.toUpperCase() === upper);
  if (composite === undefined) return undefined;
  const { means, heading } = COMPOSITES[composite];
  const command =
    "aws cloudwatch describe-alarms --state-value ALARM --query 'MetricAlarms[].[AlarmName,AlarmDescription]' --output text";
  return ofAlarm(composite, { means, still: 'what its alarms say', command, heading }, names);
};
