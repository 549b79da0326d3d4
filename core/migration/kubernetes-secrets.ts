// From what kubectl prints to the TLS Secrets in it. It must never repeat a text that it could not read: it may be a key.
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { Sealed } from '../sealed.ts';

/** One Secret, as far as it matters here. */
export interface KubernetesSecret {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** `data` and `stringData`, by key: text. */
  readonly data: Readonly<Record<string, Sealed<string>>>;
}

/** Nothing can be read there; the message holds a place at most. */
export interface Unread {
  readonly unread: string;
}

const texts = z.record(z.string(), z.string()).nullish();
const secret = z.object({
  kind: z.literal('Secret'),
  type: z.string().optional(),
  metadata: z.object({ name: z.string(), namespace: z.string().optional(), annotations: texts }),
  data: texts,
  stringData: texts,
});
const list = z.object({ kind: z.string().regex(/List$/), items: z.array(z.unknown()) });

const secretOf = (read: z.infer<typeof secret>): KubernetesSecret => {
  const decoded = Object.entries(read.data ?? {}).map(([key, text]) => [
    key,
    new Sealed(Buffer.from(text, 'base64').toString('utf8')),
  ]);
  const plain = Object.entries(read.stringData ?? {}).map(([key, text]) => [key, new Sealed(text)]);
  return {
    namespace: read.metadata.namespace || 'default',
    name: read.metadata.name,
    type: read.type ?? 'Opaque',
    annotations: read.metadata.annotations ?? {},
    data: Object.fromEntries([...decoded, ...plain]),
  };
};

/** A list has items, at any depth; what is no Secret is passed over. */
const secretsIn = (value: unknown): KubernetesSecret[] => {
  const items = list.safeParse(value);
  if (items.success) return items.data.items.flatMap(secretsIn);
  const one = secret.safeParse(value);
  return one.success ? [secretOf(one.data)] : [];
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // What does not end as JSON may still be YAML: its flow mappings begin like JSON.
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
};

const parseYaml = (text: string): readonly unknown[] | Unread => {
  const documents = parseAllDocuments(text, { prettyErrors: true, logLevel: 'silent' });
  if ('empty' in documents) return [];
  for (const { errors } of documents) {
    const [error] = errors;
    const line = error?.linePos?.[0].line;
    if (error !== undefined)
      return { unread: `it is neither JSON nor YAML${line === undefined ? '' : ` (line ${line})`}` };
  }
  return documents.map((document) => document.toJS({ maxAliasCount: 0 }) as unknown);
};

/** All Secrets of one text: JSON or YAML, single objects, lists and several documents. */
export const readKubernetesSecrets = (text: string): readonly KubernetesSecret[] | Unread => {
  const json = text.trimStart().startsWith('{') ? parseJson(text) : undefined;
  const documents = json === undefined ? parseYaml(text) : [json];
  return 'unread' in documents ? documents : documents.flatMap(secretsIn);
};
