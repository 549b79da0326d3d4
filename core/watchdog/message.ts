// A finding as a mail that can be read on a telephone, and when it is told again. Pure.
import type { AlarmWords, Names } from '../alarms/model.ts';
import { fill, runbookAnchor } from '../alarms/resolve.ts';
import { FINDINGS } from './findings.ts';
import type { Finding } from './judge.ts';
import type { WatchdogState } from './ports.ts';

const AGAIN_MS = 6 * 60 * 60_000;
/** SNS takes 100 characters of printable ASCII (API_Publish). */
const SUBJECT = 100;

/** New ones, and those that were told six hours ago and stand. */
export const untold = (findings: readonly Finding[], told: WatchdogState['told'], now: Date): readonly Finding[] =>
  findings.filter(({ code }) => {
    const before = told[code];
    return before === undefined || now.getTime() - new Date(before).getTime() >= AGAIN_MS;
  });

const paragraph = ({ code, seen }: Finding, names: Names): string => {
  const { means, still, command, heading }: AlarmWords = FINDINGS[code];
  return fill(
    [
      code,
      `Means: ${means}`,
      `Seen: ${seen}.`,
      `Still works: ${still}`,
      `Do: ${command}`,
      `Runbook: ${runbookAnchor(heading)}`,
    ].join('\n  '),
    names,
  );
};

/** Every finding that stands, whichever of them is the reason to write. */
export const message = (findings: readonly Finding[], names: Names): { subject: string; text: string } => {
  const codes = findings.map(({ code }) => code).join(', ');
  return {
    subject: `Evercert (${names.service ?? ''}) watchdog: ${codes}`.replace(/[^ -~]/g, '?').slice(0, SUBJECT),
    text: `The watchdog of Evercert (${names.service ?? ''}) has found:\n\n${findings.map((one) => paragraph(one, names)).join('\n\n')}\n\nIt is told again every six hours while it stands.\n`,
  };
};
