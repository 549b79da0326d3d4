// How Route53 spells names, zone ids and TXT values. It must never know which of them exist.

/** Lower case, without the trailing dot, Route53's octal escapes undone. */
export const plainName = (name: string): string =>
  name
    .replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    .replace(/\.$/, '')
    .toLowerCase();

/** Whether `name` is the zone's apex or lies below it, at a label's border. Both plain. */
export const covers = (zoneName: string, name: string): boolean => name === zoneName || name.endsWith(`.${zoneName}`);

/** `/hostedzone/Z123` and `/change/C123` without their folder. */
export const plainId = (id: string): string => id.replace(/^\/?(hostedzone|change)\//, '');

/** A TXT value as Route53 wants it: character strings of at most 255 bytes in quotation marks; `"`, `\` and what is no printable ASCII escaped. */
export const quotedTxt = (value: string): string => {
  const bytes = [...Buffer.from(value, 'utf8')];
  const strings: string[] = [];
  for (let at = 0; at < bytes.length || at === 0; at += 255) {
    strings.push(
      `"${bytes
        .slice(at, at + 255)
        .map(escapedByte)
        .join('')}"`,
    );
  }
  return strings.join(' ');
};

const escapedByte = (byte: number): string => {
  const character = String.fromCharCode(byte);
  if (character === '"' || character === '\\') return `\\${character}`;
  return byte >= 0x20 && byte < 0x7f ? character : `\\${byte.toString(8).padStart(3, '0')}`;
};
