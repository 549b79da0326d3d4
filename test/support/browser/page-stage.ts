// The local page of a fleet that a test made, with a chain for what is current and nothing behind its button but a note. It must
// never know what a test expects.
import type { LedgerLook } from '#local/cloud/ledger-look.ts';
import { type Deployed, type LocalPage, startPage } from '#local/page/page.ts';
import { NOW } from '#test/support/view.ts';
import { makeAuthority, makeKeys, signLeaf } from '../signing.ts';

/** What a test's browser is shown. */
export interface PageStage extends LocalPage {
  /** Names for which a person asked for a renewal. */
  readonly wished: string[];
  /** What could not be shown or done. */
  readonly errors: Error[];
}

const chainText = async (): Promise<string> => {
  const root = await makeAuthority('Test Root <script>');
  const authority = await makeAuthority('Test CA', root);
  const leaf = await signLeaf({
    keys: await makeKeys(),
    issuer: authority,
    names: [{ type: 'dns', value: 'shop.example.com' }],
    notBefore: new Date('2026-10-26T12:00:00Z'),
    notAfter: new Date('2027-01-24T12:00:00Z'),
    usages: [],
    isCa: false,
  } as never);
  return `${leaf}\n${authority.certificate.toString('pem')}\n`;
};

/** Clients that answer what the page asks, and note what it writes. */
const clientsOf = (chain: string, wished: string[]): Deployed['clients'] =>
  ({
    secrets: { send: async () => ({ SecretString: JSON.stringify({ 'tls.crt': chain, 'tls.key': 'never shown' }) }) },
    dynamodb: {
      send: async ({ input }: { input: { Key?: { sk?: string } } }) => {
        wished.push(input.Key?.sk ?? '');
        return {};
      },
    },
  }) as unknown as Deployed['clients'];

export const startPageStage = async (look?: LedgerLook): Promise<PageStage> => {
  const [wished, errors]: [string[], Error[]] = [[], []];
  const onError = (error: Error): void => void errors.push(error);
  const page = await startPage({ prefix: 'evercert', sweepPeriodMs: 60_000, now: () => NOW, onError });
  page.attach({ clients: clientsOf(await chainText(), wished), tableName: 'ledger' });
  if (look !== undefined) page.show(look);
  return { ...page, wished, errors };
};
