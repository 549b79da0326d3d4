// A small XML reader and escaper for the documents of AWS's APIs. It must never know what the documents mean.

/** An element without its namespace prefix; attributes are not kept. */
export interface XmlElement {
  tag: string;
  children: XmlElement[];
  /** Its own character data, entities decoded. */
  text: string;
}

const TOKEN =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<(\/?)([^\s/>!?]+)((?:"[^"]*"|'[^']*'|[^"'>])*?)(\/?)>|([^<]+)/y;

/** The root element, or undefined where the text is not well-formed (DTDs are not read). */
export function parseXml(text: string): XmlElement | undefined {
  const root: XmlElement = { tag: '', children: [], text: '' };
  const open: XmlElement[] = [root];
  let at = 0;
  TOKEN.lastIndex = 0;
  while (at < text.length) {
    const token = TOKEN.exec(text);
    const parent = open.at(-1);
    if (!token || !parent) return undefined;
    at = TOKEN.lastIndex;
    const [, cdata, slash, name, , selfClosing, characters] = token;
    if (cdata !== undefined) parent.text += cdata;
    else if (characters !== undefined) parent.text += decodeEntities(characters);
    else if (name !== undefined && slash) {
      if (open.length === 1 || parent.tag !== localName(name)) return undefined;
      open.pop();
    } else if (name !== undefined) {
      const element: XmlElement = { tag: localName(name), children: [], text: '' };
      parent.children.push(element);
      if (!selfClosing) open.push(element);
    }
  }
  return open.length === 1 && root.children.length === 1 ? root.children[0] : undefined;
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const decodeEntities = (text: string): string =>
  text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });

/** The first child of that tag. */
export const child = (element: XmlElement | undefined, tag: string): XmlElement | undefined =>
  element?.children.find((one) => one.tag === tag);

export const childrenOf = (element: XmlElement | undefined, tag: string): XmlElement[] =>
  element?.children.filter((one) => one.tag === tag) ?? [];

/** The trimmed text of a child, or undefined where it is absent. */
export const textOf = (element: XmlElement | undefined, tag: string): string | undefined =>
  child(element, tag)?.text.trim();

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
