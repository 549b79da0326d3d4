// The one list of what the local cloud's emulator refuses, and the one flag that leaves exactly that out. It must never
// be asked for anything that the emulator merely ignores: such properties stay in the template.
import type { IConstruct } from 'constructs';

/** Context flag of the local cloud: `-c evercert:local=true`. */
export const LOCAL_FLAG = 'evercert:local';

/** What is refused (with it, the emulator refuses the whole stack), and what it costs the local cloud. */
export const EMULATOR_GAPS = {
  'AWS::CloudWatch::Alarm.Metrics':
    'alarms over metric math: those for a sweep or a watchdog that is silent and a queue that is stuck are missing',
  'AWS::CloudWatch::CompositeAlarm': 'composite alarms: each alarm tells the topic by itself',
  // Of EKS it makes clusters and node groups alone. Queues, rules, event source mappings (ScalingConfig and all) are made and work:
  // the local cloud deploys with "clusters" in its settings; reaching the cluster is the look-alike's own affair.
  'AWS::EKS::AccessEntry': 'access entries: the look-alike of EKS maps the role by itself',
  'AWS::EKS::PodIdentityAssociation': 'EKS Pod Identity: the operator has keys of its own',
} as const;

/** Whether `gap` must be left out at this place of the tree. The flag is true or the word "true" (`-c` gives words). */
export const isLeftOut = (scope: IConstruct, _gap: keyof typeof EMULATOR_GAPS): boolean =>
  String(scope.node.tryGetContext(LOCAL_FLAG)) === 'true';
