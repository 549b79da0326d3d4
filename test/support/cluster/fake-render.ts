// What the External Secrets Operator makes of an ExternalSecret and the values in Secrets Manager: the Secret's data. It
// knows as much of the template language as our manifests use. It must never know a cluster.

/** The operator's words of what went wrong: the condition's sentence, and the Event's. */
export interface Refusal {
  readonly condition: string;
  readonly event: string;
}

export class Refused extends Error {
  readonly said: Refusal;
  constructor(said: Refusal) {
    super(said.event);
    this.said = said;
  }
}

/** The text of AWSCURRENT; undefined: no such secret. Throws an Error as AWS refuses. */
export type ReadValue = (secret: string) => string | undefined;

const UNREAD = 'could not get secret data from provider';
const unread = (event: string): Refused => new Refused({ condition: UNREAD, event });

interface Entry {
  readonly secretKey: string;
  readonly remoteRef: { readonly key: string; readonly property?: string; readonly decodingStrategy?: string };
}

export interface RenderedSpec {
  readonly data?: readonly Entry[];
  readonly dataFrom?: readonly { readonly extract?: { readonly key: string } }[];
  readonly target?: {
    readonly template?: {
      readonly type?: string;
      readonly mergePolicy?: string;
      readonly data?: Readonly<Record<string, string>>;
      readonly metadata?: {
        readonly annotations?: Readonly<Record<string, string>>;
        readonly labels?: Readonly<Record<string, string>>;
      };
    };
  };
}

export interface Rendered {
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const currentOf = (read: ReadValue, key: string, at: string): string => {
  let text: string | undefined;
  try {
    text = read(key);
  } catch (thrown) {
    throw unread(`error processing spec.data${at} (key: ${key}), err: ${(thrown as Error).message}`);
  }
  if (text === undefined) throw unread(`error processing spec.data${at} (key: ${key}), err: Secret does not exist`);
  return text;
};

const propertyOf = (text: string, { key, property }: Entry['remoteRef'], at: string): string => {
  if (property === undefined) return text;
  const values = JSON.parse(text) as Record<string, unknown>;
  if (!(property in values))
    throw unread(`error processing spec.data${at} (key: ${key}), err: key ${property} does not exist in secret ${key}`);
  return textOf(values[property]);
};

const fetched = ({ data = [], dataFrom = [] }: RenderedSpec, read: ReadValue): Record<string, string> => {
  // One GetSecretValue a reconcile and key.
  const cache = new Map<string, string>();
  const cached = (key: string, at: string): string => {
    const text = cache.get(key) ?? currentOf(read, key, at);
    cache.set(key, text);
    return text;
  };
  const extracted = dataFrom.flatMap(({ extract }, i) =>
    extract === undefined ? [] : Object.entries(JSON.parse(cached(extract.key, `From[${i}]`)) as object),
  );
  const single = data.map(({ secretKey, remoteRef }, i) => {
    const text = propertyOf(cached(remoteRef.key, `[${i}]`), remoteRef, `[${i}]`);
    const decoded = remoteRef.decodingStrategy === 'Base64' ? Buffer.from(text, 'base64').toString('utf8') : text;
    return [secretKey, decoded] as const;
  });
  return Object.fromEntries([...extracted.map(([name, value]) => [name, textOf(value)] as const), ...single]);
};

/** `{{ .name }}` (an error where it is absent) and `{{ index . "name" }}` (empty where it is absent). */
const filled = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{\{-?\s*(?:\.(\w+)|index \. "([^"]+)")[^}]*\}\}/g, (_all, strict?: string, loose?: string) => {
    if (loose !== undefined) return values[loose] ?? '';
    const value = values[strict!];
    if (value === undefined)
      throw new Refused({ condition: 'could not apply template', event: `map has no entry for key "${strict}"` });
    return value;
  });

const filledAll = (templates: Readonly<Record<string, string>> = {}, values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(templates).map(([name, text]) => [name, filled(text, values)]));

/** Refused: a secret or property that is missing, a denial, a template that fails. */
export const render = (spec: RenderedSpec, read: ReadValue): Rendered => {
  const values = fetched(spec, read);
  const { type = 'Opaque', data, mergePolicy, metadata = {} } = spec.target?.template ?? {};
  const own = filledAll(data, values);
  return {
    type,
    data: data === undefined || mergePolicy === 'Merge' ? { ...values, ...own } : own,
    annotations: filledAll(metadata.annotations, values),
    labels: filledAll(metadata.labels, values),
  };
};
