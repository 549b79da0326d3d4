// The operator's templates (Go text/template, engine v2). It must never call a function of theirs: one that meets a missing
// key gives an empty text, and those that make keystores give other bytes at every refresh.

/** What is fetched under that name; an error where it is absent. */
export const placeOf = (name: string): string => `{{ .${name} }}`;

/** A text that comes out as it is, whatever braces stand in it. */
export const literal = (text: string): string => text.replaceAll('{{', '{{"{{"}}');

export const literals = (texts: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(texts)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, text]) => [key, literal(text)]),
  );
