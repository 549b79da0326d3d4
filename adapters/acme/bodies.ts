// Text of an answer -> JSON that may be trusted to be an object, or a PEM chain. It must never know what the object means.
import { EvercertError, type ProblemDocument } from '#core/errors.ts';

export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Undefined for what is no JSON. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** CA_PROTOCOL unless the text is a JSON object. */
export const jsonObject = (text: string, url: string): Json => {
  const value = parsed(text);
  if (isObject(value)) return value;
  throw new EvercertError('CA_PROTOCOL', `${url} answered no JSON object but ${JSON.stringify(text.slice(0, 80))}`, {
    detail: { action: url },
  });
};

/** The problem document of a refusal (RFC 7807), if its body is one; proxies and outages answer HTML instead. */
export const problemDocument = (text: string): ProblemDocument | undefined => {
  const value = parsed(text);
  if (!isObject(value)) return undefined;
  const known = (key: 'type' | 'detail' | 'instance') => (typeof value[key] === 'string' ? { [key]: value[key] } : {});
  const subproblems = Array.isArray(value.subproblems) ? value.subproblems.filter(isObject) : [];
  return {
    ...known('type'),
    ...known('detail'),
    ...known('instance'),
    ...(typeof value.status === 'number' ? { status: value.status } : {}),
    ...(subproblems.length === 0 ? {} : { subproblems: subproblems.map(subproblem) }),
  };
};

const subproblem = (value: Json): NonNullable<ProblemDocument['subproblems']>[number] => {
  const id = value.identifier;
  const named = isObject(id) && typeof id.value === 'string';
  return {
    ...(typeof value.type === 'string' ? { type: value.type } : {}),
    ...(typeof value.detail === 'string' ? { detail: value.detail } : {}),
    ...(named ? { identifier: { type: String(id.type), value: String(id.value).toLowerCase() } } : {}),
  };
};
