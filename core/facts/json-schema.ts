// The JSON Schema (2020-12) of each event as EventBridge delivers it, made from the table: docs/events/<kind>.json. No
// function uses it.
import * as z from 'zod';
import { EVENT_SOURCE, FACTS, type FactKind } from '../events.ts';
import { DETAILS } from './details.ts';

/** A reader must let pass what it does not know: fields are added without a new version. An instant is its format alone. */
const readersView = ({ jsonSchema }: { jsonSchema: Record<string, unknown> }): void => {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  delete jsonSchema.additionalProperties;
};

/** Of the envelope, EventBridge's own fields are left open (EventBridge user guide, "event structure"). */
export const eventSchema = (kind: FactKind): Record<string, unknown> => {
  const { detailType, schema, means } = FACTS[kind];
  const { $schema, ...detail } = z.toJSONSchema(DETAILS[kind], { target: 'draft-2020-12', override: readersView });
  return {
    $schema,
    $id: `urn:evercert:event:${kind}:${schema}`,
    title: detailType,
    description: means,
    type: 'object',
    properties: {
      source: { const: EVENT_SOURCE },
      'detail-type': { const: detailType },
      time: { type: 'string', format: 'date-time' },
      detail,
    },
    required: ['source', 'detail-type', 'detail'],
  };
};
