// A stored CA certificate tells those that it signs of its trust anchors, at a bounded rate. Each telling is repeatable, so
// a crash costs at most a chunk; one that is missed is made good by its row's own looks. It must never issue.
import { atOnce } from '../at-once.ts';
import { type AdvanceResult, answer, later, type RoundInput, save } from './claim.ts';
import type { Progress } from './row.ts';
import type { Visit } from './visit.ts';

/** Rows told together, and the pause before the next ones: fifty a second. */
const CHUNK = 50;
const PAUSE_MS = 1_000;
const WRITES_AT_ONCE = 10;
/** Chunks of one invocation: far within its deadline. */
const CHUNKS_A_ROUND = 20;

type Telling = NonNullable<Progress['dependents']>;

/** The telling that is not done yet; undefined: no CA certificate, nothing known of its trust, or all are told. */
const open = ({ row }: Visit): Telling | undefined => {
  const { current, dependents } = row.progress;
  const trust = current?.trust;
  if (trust === undefined || row.declared.certificate.isCa !== true || row.retiredAt !== undefined) return undefined;
  if (dependents?.trust !== trust) return { trust };
  return dependents.told === true ? undefined : dependents;
};

const noted = (visit: Visit, dependents: Telling): Progress => ({ ...visit.row.progress, dependents });

/** One chunk; gives the telling as it then stands. */
const tellChunk = async ({ ports, row }: Visit, telling: Telling): Promise<Telling> => {
  const { trust, after } = telling;
  const signer = row.name;
  const place = { signer, ...(after === undefined ? {} : { after }), limit: CHUNK };
  const rows = await ports.dependents.page(place);
  const now = ports.clock.now();
  await atOnce(WRITES_AT_ONCE, rows, (one) => ports.dependents.wake({ ...one, signer, trust, now }));
  const last = rows.at(-1)?.name;
  return rows.length < CHUNK || last === undefined ? { trust, told: true } : { trust, after: last };
};

/** Tells what is to be told. Gives an answer where more is left than one round tells. */
export const tellDependents = async (visit: Visit, input: RoundInput): Promise<AdvanceResult | undefined> => {
  for (let chunks = 0; chunks < CHUNKS_A_ROUND; chunks++) {
    const telling = open(visit);
    if (telling === undefined) return undefined;
    const next = await tellChunk(visit, telling);
    visit.row = { ...visit.row, progress: noted(visit, next) };
    if (next.told === true) return undefined;
    await save(visit, { kind: 'next', progress: visit.row.progress });
    await visit.ports.timer.sleep(PAUSE_MS);
  }
  return answer(visit, input, later(visit, PAUSE_MS));
};
