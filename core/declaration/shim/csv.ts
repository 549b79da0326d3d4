// One line of comma-separated values, as Go's encoding/csv reads it. It must never know what the values are.

/**
 * The values of one line: a value in double quotes may hold commas, and quotes written twice. Undefined where Go refuses,
 * and where there is no line or more than one (cert-manager pkg/util/util.go, SplitWithEscapeCSV).
 */
export const splitCsv = (text: string): string[] | undefined => {
  const line = text.replace(/\r?\n$/, '');
  if (line === '' || /[\r\n]/.test(line)) return undefined;
  const values: string[] = [];
  let rest = `,${line}`;
  while (rest !== '') {
    const found = /^,(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/.exec(rest);
    if (found === null) return undefined;
    values.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    rest = rest.slice(found[0].length);
  }
  return values;
};
