// The tls entries of an Ingress: one Certificate each (cert-manager's ingress-shim). It must never know what is annotated.
import { childOf, isNull, type MapNode, type Node, type Path } from '../nodes.ts';
import type { Finding } from '../problem.ts';
import { type Entries, type SecretHosts, skipped } from './entries.ts';
import { textOf } from './tree.ts';

const wrongType = (path: Path, message: string, hint: string): Finding => ({ code: 'FIELD_TYPE', path, message, hint });

const readEntry = (entry: Node, path: Path): SecretHosts | Finding[] => {
  if (entry.kind !== 'map')
    return isNull(entry) ? [] : [wrongType(path, 'expected a mapping', 'write hosts and secretName')];
  const [hosts, secret] = [childOf(entry, 'hosts'), childOf(entry, 'secretName')];
  const secretName = isNull(secret) ? '' : textOf(secret);
  if (secretName === undefined) return [wrongType([...path, 'secretName'], 'expected text', 'put it in quotes')];
  if (!isNull(hosts) && hosts?.kind !== 'list')
    return [wrongType([...path, 'hosts'], 'expected a list', 'write a list: [www.example.com]')];
  const items = hosts?.kind === 'list' ? hosts.items : [];
  const findings = [
    ...(items.length === 0
      ? [skipped([...path, 'hosts'], 'the tls entry has no hosts', 'add the names it serves')]
      : []),
    ...(secretName === ''
      ? [skipped([...path, 'secretName'], 'the tls entry has no secretName', 'add the name of a Secret')]
      : []),
  ];
  if (findings.length > 0 || secret === undefined) return findings;
  return {
    secretName,
    node: secret,
    from: [...path, 'secretName'],
    hosts: items.map((node, index) => ({ node, from: [...path, 'hosts', index] })),
  };
};

/** SHIM_SECRET_TWICE at each entry but the first; cert-manager makes nothing at all for such an Ingress. */
const shared = (entries: readonly SecretHosts[]): Finding[] =>
  entries.flatMap(({ secretName, from }, index) => {
    const first = entries.findIndex((other) => other.secretName === secretName);
    if (first === index) return [];
    const message = `"${secretName.slice(0, 80)}" is the Secret of another tls entry too: none of this Ingress is made`;
    return [{ code: 'SHIM_SECRET_TWICE', path: from, message, hint: 'put all hosts of one Secret into one entry' }];
  });

/** Codes: SHIM_ENTRY_SKIPPED, SHIM_SECRET_TWICE, FIELD_TYPE. */
export const ingressEntries = (root: MapNode): Entries => {
  const tls = childOf(childOf(root, 'spec'), 'tls');
  if (isNull(tls)) return { entries: [], findings: [] };
  if (tls?.kind !== 'list')
    return { entries: [], findings: [wrongType(['spec', 'tls'], 'expected a list', 'begin each entry with a hyphen')] };
  const read = tls.items.map((entry, index) => readEntry(entry, ['spec', 'tls', index]));
  const entries = read.flatMap((one) => (Array.isArray(one) ? [] : [one]));
  const twice = shared(entries);
  const findings = [...read.flatMap((one) => (Array.isArray(one) ? one : [])), ...twice];
  return { entries: twice.length > 0 ? [] : entries, findings };
};
