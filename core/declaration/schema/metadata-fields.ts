// Kubernetes' own part of an object: metadata and status. It must never know a cert-manager field.
import { ANY, type Fields, INTEGER, TEXT, TEXT_MAP } from './field.ts';

/** ObjectMeta (k8s.io/apimachinery meta/v1); what a cluster adds is accepted and not looked into. */
export const METADATA = {
  is: 'object',
  required: true,
  fields: {
    name: { is: 'text', required: true },
    namespace: TEXT,
    labels: TEXT_MAP,
    annotations: TEXT_MAP,
    generateName: TEXT,
    uid: TEXT,
    resourceVersion: ANY,
    generation: INTEGER,
    creationTimestamp: ANY,
    deletionTimestamp: ANY,
    deletionGracePeriodSeconds: INTEGER,
    finalizers: ANY,
    ownerReferences: ANY,
    managedFields: ANY,
    selfLink: TEXT,
    clusterName: TEXT,
  },
} as const satisfies Fields[string];

/** What stands beside `spec` in every object. */
export const OBJECT = { apiVersion: TEXT, kind: TEXT, metadata: METADATA, status: ANY } as const satisfies Fields;
