// What a new secret says before its first certificate. It must never have a `tls.*` property: a reader gets an error, never
// half a pair.

/** The JSON text of a secret in which nothing has been issued yet; the same text for the same certificate. */
export const placeholderText = (certificate: string): string =>
  JSON.stringify({
    evercert: 'placeholder',
    certificate,
    message: `No certificate has been issued for ${certificate} yet. Its key and chain will appear here together.`,
  });

/** Whether a secret's text is a placeholder or a temporary certificate; never a version to roll back to, nor one to adopt. */
export const isPlaceholder = (text: string): boolean =>
  /^\s*\{\s*"evercert"\s*:\s*"(placeholder|temporary)"/.test(text);
