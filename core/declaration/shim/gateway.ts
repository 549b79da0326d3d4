// The listeners of a Gateway: one Certificate for each Secret, with the hostnames of all its listeners (cert-manager's
// gateway-shim). It must never know what is annotated, but for the listeners to be left out.
import { childOf, isNull, type MapNode, type Node, type Path } from '../nodes.ts';
import type { Finding } from '../problem.ts';
import { type Entries, type Host, type SecretHosts, skipped } from './entries.ts';
import { textOf, textOr } from './tree.ts';

interface Listener {
  readonly node: Node;
  readonly path: Path;
  readonly namespace: string;
}

/** Of HTTPS and TLS listeners those that terminate; the rest is passed over without a word, as there. */
const serves = (listener: Node, ignored: readonly string[]): boolean => {
  const protocol = textOf(childOf(listener, 'protocol')) ?? '';
  const mode = textOf(childOf(childOf(listener, 'tls'), 'mode'));
  const name = textOf(childOf(listener, 'name')) ?? '';
  return ['HTTPS', 'TLS'].includes(protocol) && mode !== 'Passthrough' && !ignored.includes(name);
};

const referenceFindings = (reference: Node, path: Path, namespace: string): Finding[] => {
  const findings: Finding[] = [];
  const say = (field: string, message: string, hint: string) => findings.push(skipped([...path, field], message, hint));
  if (!['', 'core'].includes(textOr(reference, 'group', '') ?? '?'))
    say('group', 'only Secrets of the core group hold certificates', 'leave group out');
  if (textOr(reference, 'kind', 'Secret') !== 'Secret')
    say('kind', 'a certificateRef names a Secret', 'leave kind out');
  if (!isNull(childOf(reference, 'namespace')) && textOf(childOf(reference, 'namespace')) !== namespace)
    say('namespace', "the Secret is not in the Gateway's own namespace", 'leave namespace out');
  if (!textOf(childOf(reference, 'name'))) say('name', 'the certificateRef has no name', 'add the name of a Secret');
  return findings;
};

const listenerFindings = ({ node, path, namespace }: Listener): Finding[] => {
  const findings: Finding[] = [];
  if (!textOf(childOf(node, 'hostname')))
    findings.push(skipped([...path, 'hostname'], 'the listener has no hostname', 'add the name it serves'));
  const tls = childOf(node, 'tls');
  if (tls === undefined || isNull(tls))
    return [...findings, skipped([...path, 'tls'], 'the listener has no tls', 'add tls.certificateRefs')];
  const references = childOf(tls, 'certificateRefs');
  const at = [...path, 'tls', 'certificateRefs'];
  if (references?.kind !== 'list' || references.items.length === 0)
    findings.push(
      skipped(at, 'the listener has no certificateRefs', 'name the Secret: certificateRefs: [{name: web-tls}]'),
    );
  else findings.push(...references.items.flatMap((one, index) => referenceFindings(one, [...at, index], namespace)));
  if (textOr(tls, 'mode', 'Terminate') !== 'Terminate')
    findings.push(skipped([...path, 'tls', 'mode'], 'tls.mode is not Terminate', 'write Terminate'));
  return findings;
};

/** The Secrets that one sound listener names. */
const secretsOf = ({ node, path }: Listener): SecretHosts[] => {
  const references = childOf(childOf(node, 'tls'), 'certificateRefs');
  const hosts: Host[] = [{ node: childOf(node, 'hostname')!, from: [...path, 'hostname'] }];
  if (references?.kind !== 'list') return [];
  return references.items.map((reference, index) => {
    const name = childOf(reference, 'name')!;
    const from = [...path, 'tls', 'certificateRefs', index, 'name'];
    return { secretName: textOf(name) ?? '', node: name, from, hosts };
  });
};

/** Codes: SHIM_ENTRY_SKIPPED. `ignored` are names of listeners (cert-manager.io/ignore-tls-listeners). */
export const gatewayEntries = (root: MapNode, namespace: string, ignored: readonly string[]): Entries => {
  const listeners = childOf(childOf(root, 'spec'), 'listeners');
  const findings: Finding[] = [];
  const secrets = new Map<string, SecretHosts>();
  for (const [index, node] of listeners?.kind === 'list' ? listeners.items.entries() : []) {
    if (!serves(node, ignored)) continue;
    const listener = { node, path: ['spec', 'listeners', index], namespace };
    const wrong = listenerFindings(listener);
    findings.push(...wrong);
    for (const one of wrong.length > 0 ? [] : secretsOf(listener)) {
      const before = secrets.get(one.secretName);
      secrets.set(one.secretName, before === undefined ? one : { ...before, hosts: [...before.hosts, ...one.hosts] });
    }
  }
  return { entries: [...secrets.values()], findings };
};
