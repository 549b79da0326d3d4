// The self-signed stand-in that a new secret may begin with: readers get a pair at once, and nobody takes it for ours.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isPlaceholder } from '#core/certificate/placeholder.ts';
import { certificateYaml, issuerYaml, type World, world } from '#test/support/world.ts';

const NAME = 'default/web';
const SECRET = 'evercert/default/web';
const annotated = (yaml: string) =>
  yaml.replace('name: web\n', 'name: web\n  annotations: { cert-manager.io/issue-temporary-certificate: "true" }\n');
const YAML = issuerYaml() + annotated(certificateYaml('web', ['web.example.com', '*.example.org']));

/** The first run, until the CA has to be waited for or the row is let go. */
const begun = async (yaml = YAML, fault?: string): Promise<World> => {
  const w = world();
  await w.deploy(yaml);
  await w.invokeSweep();
  if (fault !== undefined)
    w.faults.hook = ({ port }) => {
      if (port === fault) throw new Error('the CA is out');
    };
  await w.invokeAdvance(w.executions.started()[0]!);
  w.faults.hook = () => undefined;
  return w;
};

describe('a temporary certificate', () => {
  it('is the first version of a new secret: self-signed, for the declared names, marked as what it is', async () => {
    const w = await begun(YAML, 'AcmeOrders');
    const value = w.current(NAME);
    const facts = ['not-before', 'not-after', 'serial', 'sha256', 'issuer', 'version-id'];
    expect(Object.keys(value)).toEqual(['evercert', 'certificate', 'message', 'tls.crt', 'tls.key', ...facts]);
    expect(value).toMatchObject({ evercert: 'temporary', certificate: NAME });
    const leaf = new X509Certificate(value['tls.crt']!);
    expect(leaf.subjectAltName).toBe('DNS:web.example.com, DNS:*.example.org');
    expect(leaf.checkPrivateKey(createPrivateKey(value['tls.key']!))).toBe(true);
    expect([leaf.validFromDate, leaf.validToDate]).toEqual([
      new Date('2026-11-25T12:00:00.000Z'),
      new Date('2027-02-23T12:00:00.000Z'),
    ]);
    expect(value['not-after']).toBe('2027-02-23T12:00:00.000Z');
    expect(w.secrets.model.secrets.get(SECRET)!.versions.has(value['version-id']!)).toBe(true);
    expect(w.ledger.row(NAME)?.progress.current).toBeUndefined();
  });

  it('is replaced by the real one, and never a version to go back to', async () => {
    const w = await begun();
    const versions = [...w.secrets.model.secrets.get(SECRET)!.versions.values()].map(({ text }) => text);
    const [temporary] = versions.filter((text) => text.includes('"evercert":"temporary"'));
    expect(isPlaceholder(temporary!)).toBe(true);
    expect(w.current(NAME)).toMatchObject({ 'version-id': w.ledger.row(NAME)!.progress.current!.versionId });
    expect(w.ledger.row(NAME)!.progress.previousVersionId).toBeUndefined();
  });

  it('is not taken over where the ledger is lost before the first certificate', async () => {
    const before = await begun(YAML, 'AcmeOrders');
    const w = world();
    w.secrets.model.secrets.set(SECRET, before.secrets.model.secrets.get(SECRET)!);
    await w.deploy(YAML);
    await w.tick();
    expect(w.ca.orders.size).toBe(1);
    expect(w.bus.published().map(({ detailType }) => detailType)).toEqual(['Evercert Certificate Issued']);
  });

  it('is put back from, where somebody makes it current again', async () => {
    const w = await begun();
    const { current } = w.ledger.row(NAME)!.progress;
    const { versions } = w.secrets.model.secrets.get(SECRET)!;
    const [temporary] = [...versions].find(([, { text }]) => text.includes('"evercert":"temporary"'))!;
    w.end(w.executions.started()[0]!);
    versions.get(current!.versionId)!.labels.delete('AWSCURRENT');
    versions.get(temporary)!.labels.add('AWSCURRENT');
    w.pass(24 * 60 * 60_000);
    await w.tick();
    expect(w.current(NAME)['version-id']).toBe(current!.versionId);
    expect(w.ledger.row(NAME)!.progress.drift?.kind).toBe('PlaceholderCurrent');
  });

  it('is made only where it is declared', async () => {
    const w = await begun(issuerYaml() + certificateYaml('web', ['web.example.com']), 'AcmeOrders');
    expect(w.current(NAME).evercert).toBe('placeholder');
  });
});
