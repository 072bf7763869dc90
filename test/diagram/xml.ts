/** A strict reader of XML without DTD, for the tests: throws where a text is not well-formed. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (Element | string)[];
}

const nameForm = /[A-Za-z_][\w.:-]*/y;
const entities: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'" };

export function parseXml(source: string): Element {
  let at = 0;
  const fail = (what: string): never => {
    throw new Error(`${what} at ${at}: ${JSON.stringify(source.slice(at, at + 60))}`);
  };
  const decode = (text: string): string => {
    if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text)) fail("a character that XML does not have");
    return text.replace(/&[^;\s]*;?/g, (entity) => entities[entity] ?? fail(`the entity ${entity}`));
  };
  const name = (): string => {
    nameForm.lastIndex = at;
    const [found] = nameForm.exec(source) ?? fail("a name is missing");
    at += found!.length;
    return found!;
  };
  const space = (): boolean => {
    const begin = at;
    while (/\s/.test(source[at] ?? "")) at++;
    return at > begin;
  };
  const element = (): Element => {
    at++;
    const one: Element = { name: name(), attributes: {}, children: [] };
    const attributes = one.attributes as Record<string, string>;
    for (;;) {
      const spaced = space();
      if (source.startsWith("/>", at)) {
        at += 2;
        return one;
      }
      if (source[at] === ">") break;
      if (!spaced) fail("a space is missing");
      const key = name();
      if (key in attributes) fail(`${key} twice`);
      if (!source.startsWith('="', at)) fail("a value is missing");
      const end = source.indexOf('"', at + 2);
      const value = source.slice(at + 2, end);
      if (end < 0 || value.includes("<")) fail("a value does not end");
      attributes[key] = decode(value);
      at = end + 1;
    }
    at++;
    for (;;) {
      const next = source.indexOf("<", at);
      if (next < 0) fail(`${one.name} does not end`);
      const text = decode(source.slice(at, next));
      if (text !== "") one.children.push(text);
      at = next;
      if (source.startsWith("</", at)) {
        at += 2;
        if (name() !== one.name) fail(`${one.name} is closed by another`);
        if (source[at++] !== ">") fail("> is missing");
        return one;
      }
      one.children.push(element());
    }
  };
  if (source[0] !== "<") fail("no element");
  const root = element();
  if (source.slice(at).trim() !== "") fail("something after the end");
  return root;
}

export const elementsOf = (root: Element, name: string): readonly Element[] =>
  root.children.flatMap((child) => (typeof child === "string" ? [] : [...(child.name === name ? [child] : []), ...elementsOf(child, name)]));
export const textOf = (element: Element): string => element.children.map((child) => (typeof child === "string" ? child : textOf(child))).join("");
