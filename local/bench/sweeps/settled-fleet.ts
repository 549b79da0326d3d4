// A fleet at rest as the ledger's items: every certificate current, and some of them to be renewed now. Pure: it must
// never write.

import { progressFields, timerFields } from '#adapters/dynamodb/row-item.ts';
import type { Item } from '#adapters/dynamodb/table.ts';
import { authorityOf } from '#core/declaration/issuer-types.ts';
import type { DeclaredCertificate } from '#core/declaration/model.ts';
import { readDeclarations } from '#core/declaration/read.ts';
import type { CertificateRow, Progress } from '#core/journey/row.ts';
import type { Timers } from '#core/journey/timers.ts';
import { instant, LEDGER_SCHEMA, rowKey } from '#core/ledger-format.ts';
import { WARM_UP_YAML } from '../declarations.ts';

const DAY_MS = 86_400_000;
const SECOND_MS = 1_000;

/** What all of the fleet are like. */
const PATTERN: DeclaredCertificate = readDeclarations([{ file: 'bench.yaml', text: WARM_UP_YAML }], { scope: 'folder' })
  .catalogue.certificates[0]!;

export interface FleetMember {
  /** Counts from 0; gives the name. */
  readonly index: number;
  readonly due: boolean;
  readonly now: Date;
}

const declaredOf = (label: string): DeclaredCertificate => {
  const { certificate } = PATTERN;
  const named = { name: label, secretName: label, dnsNames: [`${label}.bench.example.com`] };
  return { ...PATTERN, name: `bench/${label}`, certificate: { ...certificate, ...named } };
};

const hex = (index: number, digits: number): string => index.toString(16).padStart(digits, '0');
/** A UUID of its own, the same each time. */
const uuid = (kind: number, index: number): string => `${hex(kind, 8)}-0000-4000-8000-${hex(index, 12)}`;

/** A 90-day certificate with a third of its life left where due, else of a month ago. */
const progressOf = ({ index, due, now }: FleetMember, declared: DeclaredCertificate): Progress => {
  const notBefore = now.getTime() - (due ? 60 : 30) * DAY_MS;
  return {
    revision: 1,
    current: {
      versionId: uuid(1, index),
      fingerprint: hex(index, 64),
      serial: hex(index, 36),
      notBefore: instant(new Date(notBefore)),
      notAfter: instant(new Date(notBefore + 90 * DAY_MS)),
      generation: 1,
      revision: 1,
      asked: {
        issuer: 'ClusterIssuer/bench',
        server: authorityOf(PATTERN.issuer),
        dnsNames: declared.certificate.dnsNames,
        key: 'ECDSA-256-Always',
        encoding: 'PKCS1',
      },
    },
    renewAt: instant(new Date(notBefore + 60 * DAY_MS)),
    endedRun: 1,
  };
};

/** Due: to be renewed since so many seconds. Else no timer within a day: the sweep has nothing to do with it. */
const timersOf = ({ index, due, now }: FleetMember): Timers => {
  const ahead = (days: number): string =>
    instant(new Date(now.getTime() + days * DAY_MS + (index % 3_600) * SECOND_MS));
  const startAt = due ? instant(new Date(now.getTime() - (1 + (index % 60)) * SECOND_MS)) : ahead(30);
  return { startAt, ariAt: ahead(1), checkAt: ahead(1) };
};

/** One row as the adapters write it when an execution has ended. */
export const fleetItem = (member: FleetMember): Item => {
  const declared = declaredOf(`c${member.index}`);
  const progress = progressOf(member, declared);
  const timers = timersOf(member);
  const row: CertificateRow = {
    schema: LEDGER_SCHEMA,
    name: declared.name,
    uid: uuid(0, member.index),
    origin: 'declared',
    declared,
    generation: 1,
    run: 1,
    fence: 1,
    progress,
  };
  const derived = { declaredHash: declared.hash, ...progressFields(row, progress), ...timerFields(row.name, timers) };
  return { ...rowKey(row.name), ...row, ...derived };
};
