// `evercert fields`: which fields of a declaration are supported. It must never know a field: the tables that parse
// them do.
import pc from 'picocolors';
import { FIELD_KINDS, type FieldLeaf, fieldLeaves } from '#core/declaration/schema/leaves.ts';

const colors = pc.createColors(pc.isColorSupported && process.stdout.isTTY === true);

const PAINT = { supported: colors.green, 'no-effect': colors.yellow, refused: colors.red };

const tableOf = (leaves: readonly FieldLeaf[]): string => {
  const rows = [
    ['KIND', 'PATH', 'STATUS', 'REASON'],
    ...leaves.map((one) => [one.kind, one.path, one.status, one.reason]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row, index) => {
    const [kind, path, status] = widths.map((width, column) => row[column]!.padEnd(width));
    const paint = index === 0 ? colors.bold : PAINT[leaves[index - 1]!.status];
    return `${kind}  ${path}  ${paint(status!)}  ${row[3]}`.trimEnd();
  });
  return `${lines.join('\n')}\n`;
};

const countOf = (leaves: readonly FieldLeaf[]): string => {
  const count = (status: FieldLeaf['status']): number => leaves.filter((one) => one.status === status).length;
  return `${leaves.length} fields: ${count('supported')} supported, ${count('no-effect')} without effect, ${count('refused')} refused\n`;
};

/** Prints every field, or those of one kind; returns the exit code: 0, or 2 for a kind that there is not. */
export const fields = (options: { readonly json: boolean; readonly kind?: string | undefined }): 0 | 2 => {
  const kinds = FIELD_KINDS.filter((kind) => options.kind === undefined || kind === options.kind);
  if (kinds.length === 0) {
    process.stderr.write(`error: there is no kind "${options.kind}"; known: ${FIELD_KINDS.join(', ')}\n`);
    return 2;
  }
  const leaves = fieldLeaves(kinds);
  process.stdout.write(options.json ? `${JSON.stringify(leaves, null, 2)}\n` : tableOf(leaves) + countOf(leaves));
  return 0;
};
