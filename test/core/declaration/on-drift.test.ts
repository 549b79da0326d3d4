// The annotation `evercert.dev/on-drift` of a Certificate.
import { describe, expect, it } from 'vitest';
import { readDeclarations } from '#core/declaration/read.ts';
import { CERTIFICATE, exchange, ISSUER } from './problem-table.ts';

const read = (value?: string) => {
  const annotated = `metadata:\n  annotations: {evercert.dev/on-drift: ${value}}\n`;
  const text = value === undefined ? CERTIFICATE : exchange(CERTIFICATE, 'metadata:\n', annotated);
  const files = [text, ISSUER].map((one, index) => ({ file: `${index}.yaml`, text: one }));
  const { catalogue, problems } = readDeclarations(files, { scope: 'folder' });
  return {
    ...catalogue.certificates[0]!,
    problems: problems.map(({ severity, code, message }) => ({ severity, code, message })),
  };
};

describe('evercert.dev/on-drift', () => {
  it.each(['report', 'repair'])('is accepted as %s', (value) => {
    expect(read(value)).toMatchObject({ certificate: { onDrift: value }, problems: [] });
  });

  it('is not set where it is not written, and changes the hash where it is', () => {
    expect('onDrift' in read().certificate).toBe(false);
    expect(read('repair').hash).not.toBe(read().hash);
  });

  it('has no effect with another text, and a warning says so', () => {
    const { certificate, problems } = read('fix');
    expect('onDrift' in certificate).toBe(false);
    const message = '"fix" is neither report nor repair';
    expect(problems).toEqual([{ severity: 'warning', code: 'ANNOTATION_NO_EFFECT', message }]);
  });
});
