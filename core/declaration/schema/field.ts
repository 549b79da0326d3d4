// What a field can be: the words in which the schema tables are written, and the types that follow from them.
// It must never know a particular field.
import type { Code } from '../codes.ts';

interface Common {
  readonly required?: true;
  /** Absent: supported. `no-effect`: read and warned of. `refused`: cert-manager 1.21 knows it, Evercert does without it. */
  readonly status?: 'no-effect' | 'refused';
  /** Why it has no effect or is refused, and what to do. */
  readonly reason?: string;
  /** The warning's code where `FIELD_NO_EFFECT` is not it. */
  readonly code?: Code;
}

export type Field = Common &
  (
    | { readonly is: 'text'; readonly oneOf?: readonly string[] }
    | { readonly is: 'integer' }
    | { readonly is: 'boolean' }
    /** Text to text, as labels are. */
    | { readonly is: 'map' }
    /** Kubernetes' own or a solver's own: not looked into. */
    | { readonly is: 'any' }
    | { readonly is: 'list'; readonly of: Field }
    | { readonly is: 'object'; readonly fields: Fields }
  );

export type Fields = Readonly<Record<string, Field>>;

/** The value of a field once the schema was applied: wrong-typed parts are left out, so everything may be missing. */
export type Infer<F> = F extends { is: 'text' }
  ? string
  : F extends { is: 'integer' }
    ? number
    : F extends { is: 'boolean' }
      ? boolean
      : F extends { is: 'map' }
        ? Record<string, string>
        : F extends { is: 'list'; of: infer I }
          ? (Infer<I> | undefined)[]
          : F extends { is: 'object'; fields: infer O }
            ? InferFields<O>
            : unknown;

export type InferFields<O> = { -readonly [K in keyof O]?: Infer<O[K]> };

export const TEXT = { is: 'text' } as const;
export const REQUIRED_TEXT = { is: 'text', required: true } as const;
export const TEXTS = { is: 'list', of: TEXT } as const;
export const INTEGER = { is: 'integer' } as const;
export const BOOLEAN = { is: 'boolean' } as const;
export const TEXT_MAP = { is: 'map' } as const;
export const ANY = { is: 'any' } as const;

/** cert-manager's SecretKeySelector. */
export const SECRET_KEY = { is: 'object', fields: { name: REQUIRED_TEXT, key: TEXT } } as const;
