// Reads markup as a browser's tokenizer does (WHATWG HTML, 13.2.5), as far as tags and attributes go: for tests that look for
// elements which no template wrote. It must never be forgiving: what it does not understand, it throws.

export interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const ENTITY: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#96': '`' };
const decoded = (text: string): string =>
  text.replace(/&([^;&\s]*);?/g, (whole, name: string) => {
    if (ENTITY[name] === undefined) throw new Error(`an entity that no template writes: ${whole}`);
    return ENTITY[name];
  });

const attributesOf = (text: string): Record<string, string> => {
  const found: Record<string, string> = {};
  const rest = text.replace(/([^\s"'<>/=]+)(?:="([^"]*)")?/g, (_whole, name: string, value = '') => {
    if (Object.hasOwn(found, name)) throw new Error(`attribute ${name} twice`);
    found[name] = decoded(value);
    return '';
  });
  if (rest.replace(/[\s/]/g, '') !== '') throw new Error(`not attributes: ${text}`);
  return found;
};

export interface Read {
  /** Opening tags, in order. */
  readonly tags: readonly Tag[];
  /** Text between tags, decoded; that of style sheets left out. */
  readonly text: string;
}

/** Every tag and all text of a document or fragment. */
export const readMarkup = (markup: string): Read => {
  const tags: Tag[] = [];
  let text = '';
  let rest = markup.replace(/^<!doctype html>/, '');
  while (rest !== '') {
    const at = rest.indexOf('<');
    const before = at === -1 ? rest : rest.slice(0, at);
    if (before.includes('>')) throw new Error(`a stray >: ${before.slice(0, 80)}`);
    text += decoded(before);
    if (at === -1) break;
    const [whole, slash, name, attributes] =
      /^<(\/?)([a-z][a-z0-9-]*)((?:[^"'<>]|"[^"<>]*")*)>/.exec(rest.slice(at)) ?? [];
    if (whole === undefined || name === undefined) throw new Error(`not a tag: ${rest.slice(at, at + 80)}`);
    rest = rest.slice(at + whole.length);
    if (slash === '') tags.push({ name, attributes: attributesOf(attributes ?? '') });
    if (slash === '' && name === 'style') rest = rest.slice(rest.indexOf('</style>'));
  }
  return { tags, text };
};
