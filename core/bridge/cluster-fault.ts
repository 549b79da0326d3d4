// A cluster that answers with an error, in words: for a refused action the exact rule that is missing. Pure.
import { asEvercertError, type EvercertError } from '../errors.ts';
import type { Fault } from './fault.ts';
import { publicName, SYNC_GROUP, type Target } from './model.ts';

const WORKLOADS = ['deployments', 'statefulsets', 'daemonsets'];

const groupOf = (resource: string): string => {
  if (WORKLOADS.includes(resource)) return 'apps';
  return resource === 'secrets' || resource === 'events' ? '""' : 'external-secrets.io';
};

const namesOf = (resource: string, { secret }: Target): readonly string[] => {
  if (WORKLOADS.includes(resource) || resource === 'events') return [];
  return resource === 'secrets' ? [publicName(secret)] : [secret, publicName(secret)];
};

/** The rule of RBAC that allows `patch externalsecrets`, as it stands in a Role. */
const missingRule = (action: string, target: Target): string => {
  const [verb = '', resource = ''] = action.split(' ');
  const names = namesOf(resource, target);
  const only = names.length === 0 ? '' : `resourceNames: [${names.join(', ')}], `;
  const rule = `{apiGroups: [${groupOf(resource)}], resources: [${resource}], ${only}verbs: [${verb}]}`;
  const where = target.kind === 'ClusterExternalSecret' ? 'a ClusterRole' : `a Role of namespace ${target.namespace}`;
  return `${where} bound to the group ${SYNC_GROUP} needs the rule ${rule}`;
};

const isOfCluster = ({ code }: EvercertError): boolean => code.startsWith('CLUSTER_');

const faultOf = (error: EvercertError, target: Target): Fault => {
  const { action } = error.detail;
  const rule = error.code === 'CLUSTER_FORBIDDEN' && action !== undefined ? `; ${missingRule(action, target)}` : '';
  return { code: error.code, message: `${error.message}${rule}` };
};

/** What was asked of the cluster, or the cluster's fault in words; any other error is thrown on. */
export const askedOf = async <T>(target: Target, asked: Promise<T>): Promise<{ value: T } | { fault: Fault }> => {
  const [outcome] = await Promise.allSettled([asked]);
  if (outcome.status === 'fulfilled') return { value: outcome.value };
  const error = asEvercertError(outcome.reason);
  if (!isOfCluster(error)) throw error;
  return { fault: faultOf(error, target) };
};
