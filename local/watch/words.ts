// Text that fits a terminal. Pure.

/** Control characters of somebody's text or a CA's answer never reach the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is meant
export const printable = (text: string): string => text.replace(/[\x00-\x1f\x7f-\x9f]+/g, ' ');

/** Cut to `width` characters, with an ellipsis. */
export const cut = (text: string, width: number): string => {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, Math.max(0, width - 1)).join('')}…`;
};

export const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - [...text].length));
