// `podTemplate` of the HTTP-01 solvers (cert-manager 1.21): Kubernetes' own words for the pod of a solver, which Evercert
// never starts. It must never know a field of cert-manager's own.
import { ANY, BOOLEAN, type Field, type Fields, INTEGER, TEXT, TEXT_MAP, TEXTS } from './field.ts';

const object = <const F extends Fields>(fields: F) => ({ is: 'object', fields }) as const satisfies Field;
const list = <const F extends Field>(of: F) => ({ is: 'list', of }) as const satisfies Field;

const EXPRESSIONS = list(object({ key: TEXT, operator: TEXT, values: TEXTS }));
const NODE_TERM = object({ matchExpressions: EXPRESSIONS, matchFields: EXPRESSIONS });
const LABEL_SELECTOR = object({ matchExpressions: EXPRESSIONS, matchLabels: TEXT_MAP });
const POD_TERM = object({
  labelSelector: LABEL_SELECTOR,
  matchLabelKeys: TEXTS,
  mismatchLabelKeys: TEXTS,
  namespaceSelector: LABEL_SELECTOR,
  namespaces: TEXTS,
  topologyKey: TEXT,
});
const POD_AFFINITY = object({
  preferredDuringSchedulingIgnoredDuringExecution: list(object({ podAffinityTerm: POD_TERM, weight: INTEGER })),
  requiredDuringSchedulingIgnoredDuringExecution: list(POD_TERM),
});
const NODE_AFFINITY = object({
  preferredDuringSchedulingIgnoredDuringExecution: list(object({ preference: NODE_TERM, weight: INTEGER })),
  requiredDuringSchedulingIgnoredDuringExecution: object({ nodeSelectorTerms: list(NODE_TERM) }),
});

const SECURITY_CONTEXT = object({
  fsGroup: INTEGER,
  fsGroupChangePolicy: TEXT,
  runAsGroup: INTEGER,
  runAsNonRoot: BOOLEAN,
  runAsUser: INTEGER,
  seLinuxOptions: object({ level: TEXT, role: TEXT, type: TEXT, user: TEXT }),
  seccompProfile: object({ localhostProfile: TEXT, type: TEXT }),
  supplementalGroups: list(INTEGER),
  sysctls: list(object({ name: TEXT, value: TEXT })),
});

export const POD_TEMPLATE = object({
  metadata: object({ annotations: TEXT_MAP, labels: TEXT_MAP }),
  spec: object({
    affinity: object({ nodeAffinity: NODE_AFFINITY, podAffinity: POD_AFFINITY, podAntiAffinity: POD_AFFINITY }),
    imagePullSecrets: list(object({ name: TEXT })),
    nodeSelector: TEXT_MAP,
    priorityClassName: TEXT,
    // Quantities: numbers as well as texts.
    resources: object({ limits: ANY, requests: ANY }),
    securityContext: SECURITY_CONTEXT,
    serviceAccountName: TEXT,
    tolerations: list(object({ effect: TEXT, key: TEXT, operator: TEXT, tolerationSeconds: INTEGER, value: TEXT })),
  }),
});
