// The Retry-After header (RFC 9110 section 10.2.3): seconds or an HTTP date. It must never wait.

/** When the server allows the next try; undefined when it does not say, or says what cannot be read. A past date gives `now`. */
export const retryAfter = (header: unknown, now: Date): Date | undefined => {
  if (typeof header !== 'string') return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return new Date(now.getTime() + Number(text) * 1000);
  // Only the date forms of section 5.6.7: Date.parse alone would also take "-5" or "1.5".
  if (!/^[A-Z][a-z]+,? /.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : new Date(Math.max(at, now.getTime()));
};

/** The same as a span from `now`, in ms. */
export const retryAfterMs = (header: unknown, now: Date): number | undefined => {
  const at = retryAfter(header, now);
  return at === undefined ? undefined : at.getTime() - now.getTime();
};
