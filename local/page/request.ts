// What somebody asks the local page for, or why it is refused. Pure. It must never know what is shown.

/** What is drawn. */
export type Place = { readonly kind: 'fleet' } | { readonly kind: 'certificate'; readonly name: string };

export type Asked =
  | { readonly kind: 'page'; readonly place: Place }
  /** A stream of what changes at that place; `have`: the version that is on the screen. */
  | { readonly kind: 'events'; readonly place: Place; readonly have: string }
  | { readonly kind: 'file'; readonly name: 'live.js' | 'icon.svg' }
  | { readonly kind: 'renew'; readonly name: string }
  | { readonly kind: 'refused'; readonly status: 403 | 404 | 405; readonly why: string };

export interface RequestFacts {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site` (W3C Fetch Metadata), which browsers alone send. */
  readonly site: string | undefined;
  readonly port: number;
}

const refused = (status: 403 | 404 | 405, why: string): Asked => ({ kind: 'refused', status, why });
const NOT_FOUND = refused(404, 'there is no such page');

const FILES = { '/live.js': 'live.js', '/icon.svg': 'icon.svg' } as const;
const CERTIFICATE = /^\/certificates\/([^/]+)\/([^/]+)$/;
const RENEW = /^(\/certificates\/[^/]+\/[^/]+)\/renew$/;

/** What escapes to `%XX` may be broken. */
const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
};

/** The first slash parts namespace and name. */
export const pathOf = (place: Place): string => {
  if (place.kind === 'fleet') return '/';
  const slash = place.name.indexOf('/');
  const parts = [place.name.slice(0, slash), place.name.slice(slash + 1)];
  return `/certificates/${parts.map(encodeURIComponent).join('/')}`;
};

export const placeOf = (path: string): Place | undefined => {
  if (path === '/') return { kind: 'fleet' };
  const parts = CERTIFICATE.exec(path)?.slice(1).map(decoded);
  if (parts === undefined || parts.includes(undefined)) return undefined;
  return { kind: 'certificate', name: parts.join('/') };
};

const read = (path: string, query: URLSearchParams): Asked => {
  if (path === '/live.js' || path === '/icon.svg') return { kind: 'file', name: FILES[path] };
  const isStream = path === '/events';
  const place = placeOf(isStream ? (query.get('of') ?? '') : path);
  if (place === undefined) return NOT_FOUND;
  return isStream ? { kind: 'events', place, have: query.get('have') ?? '' } : { kind: 'page', place };
};

/** Another site must not make a browser act here; without `Origin` it is no browser, and the token decides. */
const written = (path: string, { origin, site, host }: RequestFacts): Asked => {
  if (origin !== undefined && origin !== `http://${host}`) return refused(403, 'asked by another site');
  if (site !== undefined && site !== 'same-origin') return refused(403, 'asked by another site');
  const place = placeOf(RENEW.exec(path)?.[1] ?? '');
  return place?.kind === 'certificate' ? { kind: 'renew', name: place.name } : NOT_FOUND;
};

/**
 * Judges a request. A foreign `Host` is refused first: a name that somebody else's DNS points at 127.0.0.1 would make our page
 * that site's own (DNS rebinding).
 */
export const asked = (facts: RequestFacts): Asked => {
  const { method, url, host, port } = facts;
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`)
    return refused(403, 'this page has another address');
  const [path = '', query = ''] = url.split('?', 2);
  if (method === 'POST') return written(path, facts);
  if (method !== 'GET' && method !== 'HEAD') return refused(405, 'only GET, HEAD and POST');
  return read(path, new URLSearchParams(query));
};
