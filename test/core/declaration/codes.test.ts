// Holds docs/codes.md and the closed list together.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DECLARATION_CODES } from '#core/declaration/codes.ts';

const root = new URL('../../../', import.meta.url);
const section = readFileSync(new URL('docs/codes.md', root), 'utf8').split('## Declaration')[1]!.split('\n## ')[0]!;
const rows = section.split('\n').flatMap((line) => {
  const cells = line.split('|').map((cell) => cell.trim());
  return cells[1]?.startsWith('`')
    ? [{ code: cells[1].replaceAll('`', ''), severity: cells[2], meaning: cells[3] }]
    : [];
});

describe('docs/codes.md', () => {
  it('lists every declaration code with its severity and meaning, in the order of the code', () => {
    const expected = Object.entries(DECLARATION_CODES).map(([code, { severity, meaning }]) => ({
      code,
      severity: severity === 'either' ? 'error or warning' : severity,
      meaning,
    }));
    expect(rows).toEqual(expected);
  });

  it('lists no code that nothing says', () => {
    const folder = new URL('core/declaration/', root);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && file !== 'codes.ts',
    );
    const adapter = readFileSync(new URL('adapters/declaration-files.ts', root), 'utf8');
    const code = adapter + files.map((file) => readFileSync(new URL(file, folder), 'utf8')).join('\n');
    expect(
      Object.keys(DECLARATION_CODES).filter((one) => !code.includes(`'${one}'`) && !code.includes(`${one}:`)),
    ).toEqual([]);
  });
});
