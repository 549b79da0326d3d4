// Holds docs/codes.md and the closed list of refusals together.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { IMPORT_CODES } from '#core/migration/codes.ts';

it('docs/codes.md lists every code of an import with its meaning and what to do, in the order of the code', () => {
  const docs = readFileSync(new URL('../../../docs/codes.md', import.meta.url), 'utf8');
  const section = docs.split('\n## Import')[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    return cells[1]?.startsWith('`') ? [[cells[1].replaceAll('`', ''), cells[2], cells[3]]] : [];
  });
  expect(rows).toEqual(Object.entries(IMPORT_CODES).map(([code, { meaning, fix }]) => [code, meaning, fix]));
});
