// DER as text (RFC 7468). It must never know what it wraps.

/** With lines of 64 characters, each ended by a newline. */
export const pemOf = (label: string, der: Uint8Array): string => {
  const body = Buffer.from(der)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
};
