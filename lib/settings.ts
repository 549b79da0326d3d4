// The settings of a deployment, checked with a message for the person who wrote them. It must never know where they
// were written (cdk.json, -c, or a construct's properties).
import * as z from 'zod';
import { type ServiceSettings, serviceSettings } from '#core/settings.ts';
import { Refused } from './refused.ts';

const strict = serviceSettings.strict();

/** With all defaults filled in. Throws Refused: a wrong value, or a setting that does not exist. */
export const readSettings = (written: object): ServiceSettings => {
  const read = strict.safeParse(written);
  if (!read.success) throw new Refused(`the settings of Evercert are wrong:\n${z.prettifyError(read.error)}`);
  return read.data;
};

/** What functions are told of them: alarms are made without a function, and clusters have their own. */
export const toldOf = ({
  clusters,
  alarms: _alarms,
  alarmActions: _actions,
  suppressPagesBy: _by,
  ...plain
}: ServiceSettings) => ({ ...plain, clusterNames: clusters.map(({ name }) => name) });
