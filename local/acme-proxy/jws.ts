// What a signed request says, without its signature (RFC 8555 section 6.2): only what a new order names is read. It must
// never keep a body, a key or a signature.

export interface Said {
  /** Names that a new order asks for. */
  readonly dnsNames: readonly string[];
  /** RFC 9773 section 5. */
  readonly replaces?: string;
}

type Json = Readonly<Record<string, unknown>>;

/** Text -> object; anything else is an empty one. */
export const objectOf = (text: string): Json => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
};

const nameOf = (identifier: unknown): readonly string[] => {
  const { value } = (identifier ?? {}) as { value?: unknown };
  return typeof value === 'string' ? [value.toLowerCase()] : [];
};

/** The names in an order's `identifiers`. */
export const namesIn = (order: Json): readonly string[] =>
  Array.isArray(order.identifiers) ? order.identifiers.flatMap(nameOf) : [];

/** Reads the payload of a flattened JWS; a body that is none says nothing. */
export const saidIn = (body: string): Said => {
  const { payload } = objectOf(body);
  if (typeof payload !== 'string') return { dnsNames: [] };
  const content = objectOf(Buffer.from(payload, 'base64url').toString('utf8'));
  const { replaces } = content;
  return { dnsNames: namesIn(content), ...(typeof replaces === 'string' ? { replaces } : {}) };
};
