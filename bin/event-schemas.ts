// Door: `npm run events` writes the events' schemas into docs/events/ anew, as the table of facts says them.
import { writeFileSync } from 'node:fs';
import { FACT_KINDS } from '#core/events.ts';
import { eventSchema } from '#core/facts/json-schema.ts';

for (const kind of FACT_KINDS)
  writeFileSync(
    new URL(`../docs/events/${kind}.json`, import.meta.url),
    `${JSON.stringify(eventSchema(kind), null, 2)}\n`,
  );
console.log(`docs/events: ${FACT_KINDS.length} schemas`);
