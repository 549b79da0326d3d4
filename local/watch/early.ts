// The board while the stack is still being deployed: the deploy wakes the sweep before CloudFormation has ended. It must
// never wait for the deployment, nor fail because there is nothing to see yet.
import { type CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import type { CertificateRow } from '#core/journey/row.ts';
import type { LocalClients } from '../cloud/clients.ts';
import type { Declared } from '../cloud/declared.ts';
import { type LedgerLook, lookAtLedger } from '../cloud/ledger-look.ts';
import { STACK } from '../cloud/tools.ts';
import { POLL_MS, pause } from './pace.ts';
import { type Standing, standingOf } from './standing.ts';

interface EarlyWatch {
  readonly clients: LocalClients;
  readonly declared: Declared;
  readonly sweepPeriodMs: number;
  readonly deadline: Date;
  /** Aborted when the deployment has ended. */
  readonly signal: AbortSignal;
  readonly onLook?: (look: LedgerLook) => void;
  readonly onStandings: (standings: readonly Standing[]) => void;
}

/** The ledger's table of a stack that is being made; undefined as long as there is none. */
const tableOf = async (client: CloudFormationClient): Promise<string | undefined> => {
  const command = new DescribeStackResourcesCommand({ StackName: STACK });
  // "Stack does not exist" comes as a ValidationError until the deployment has begun.
  const found = await client.send(command).catch((error: Error) => {
    if (error.name !== 'ValidationError') throw error;
    return undefined;
  });
  const table = found?.StackResources?.find(({ ResourceType }) => ResourceType === 'AWS::DynamoDB::Table');
  return table?.ResourceStatus === 'CREATE_COMPLETE' ? table.PhysicalResourceId : undefined;
};

const standingsOf = (watch: EarlyWatch, rows: ReadonlyMap<string, CertificateRow>, wantedAt: Date): Standing[] =>
  watch.declared.catalogue.certificates.map((declared) => {
    const { sweepPeriodMs, deadline } = watch;
    const row = rows.get(declared.name);
    return standingOf({ declared, row, history: [], wantedAt, now: new Date(), deadline, sweepPeriodMs });
  });

/** Shows what the ledger says from its first row on, until the signal. */
export const watchEarly = async (watch: EarlyWatch): Promise<void> => {
  let tableName: string | undefined;
  while (!watch.signal.aborted) {
    tableName ??= await tableOf(watch.clients.cloudformation);
    if (tableName !== undefined) {
      const look = await lookAtLedger({ client: watch.clients.dynamodb, tableName });
      watch.onLook?.(look);
      const { rows, wantedAt } = look;
      if (rows.size > 0 && wantedAt !== undefined && !watch.signal.aborted)
        watch.onStandings(standingsOf(watch, rows, new Date(wantedAt)));
    }
    await pause(POLL_MS, watch.signal);
  }
};
