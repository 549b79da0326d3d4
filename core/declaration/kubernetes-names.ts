// Kubernetes' own syntax for names, labels and annotations (k8s.io/apimachinery validation). It must never know who
// carries them.

import type { Path } from './nodes.ts';
import type { Finding } from './problem.ts';

const LABEL = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const DNS_1123_LABEL = new RegExp(`^${LABEL}$`);
const DNS_1123_SUBDOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
const QUALIFIED = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

export const isDnsLabel = (text: string): boolean => text.length <= 63 && DNS_1123_LABEL.test(text);
export const isDnsSubdomain = (text: string): boolean => text.length <= 253 && DNS_1123_SUBDOMAIN.test(text);

const isQualifiedName = (text: string): boolean => {
  const slash = text.indexOf('/');
  const name = text.slice(slash + 1);
  if (slash >= 0 && !isDnsSubdomain(text.slice(0, slash).toLowerCase())) return false;
  return name.length <= 63 && QUALIFIED.test(name);
};

const isLabelValue = (text: string): boolean => text === '' || (text.length <= 63 && QUALIFIED.test(text));

const SYNTAX = 'lower-case letters, digits and hyphens, beginning and ending with a letter or digit';

/** A finding where the text is no object name (`subdomain`) or namespace (`label`). */
export const checkObjectName = (
  text: string | undefined,
  path: Path,
  form: 'label' | 'subdomain' = 'subdomain',
): Finding[] => {
  if (text === undefined || text === '') return [];
  if (form === 'label' ? isDnsLabel(text) : isDnsSubdomain(text)) return [];
  const hint = form === 'label' ? `at most 63 ${SYNTAX}` : `at most 253 ${SYNTAX}, in parts separated by dots`;
  return [{ code: 'NAME_INVALID', path, message: `"${text.slice(0, 80)}" is not a valid Kubernetes name`, hint }];
};

const keyFinding = (key: string, path: Path): Finding => ({
  code: 'LABEL_INVALID',
  path: [...path, key],
  at: 'key',
  message: `"${key.slice(0, 80)}" is not a valid label or annotation key`,
  hint: 'a key is name or prefix/name: the name at most 63 letters, digits, - _ and .',
});

export const checkLabels = (labels: Readonly<Record<string, string>> | undefined, path: Path): Finding[] =>
  Object.entries(labels ?? {}).flatMap(([key, text]): Finding[] => {
    if (!isQualifiedName(key)) return [keyFinding(key, path)];
    if (isLabelValue(text)) return [];
    const message = `"${text.slice(0, 80)}" is not a valid label value`;
    return [
      {
        code: 'LABEL_INVALID',
        path: [...path, key],
        message,
        hint: 'at most 63 letters, digits, - _ and .; longer texts belong into annotations',
      },
    ];
  });

export const checkAnnotations = (annotations: Readonly<Record<string, string>> | undefined, path: Path): Finding[] =>
  Object.keys(annotations ?? {}).flatMap((key) => (isQualifiedName(key) ? [] : [keyFinding(key, path)]));
