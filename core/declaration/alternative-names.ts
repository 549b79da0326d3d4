// The names of a certificate beside its DNS names: IP addresses, URIs, mail addresses, other names (RFC 5280 section
// 4.2.1.6) and the ranges of name constraints. It must never know the issuer.
import ipaddr from 'ipaddr.js';
import { isOid } from './literal-subject.ts';
import type { CertificateSpec } from './model.ts';
import type { Path } from './nodes.ts';
import type { Finding } from './problem.ts';

type Texts = readonly (string | undefined)[] | undefined;

interface WrittenAlternatives {
  readonly ipAddresses?: Texts;
  readonly uris?: Texts;
  readonly emailAddresses?: Texts;
  readonly otherNames?: readonly ({ readonly oid?: string; readonly utf8Value?: string } | undefined)[];
}

export type Alternatives = Pick<CertificateSpec, 'ipAddresses' | 'uris' | 'emailAddresses' | 'otherNames'>;

type Answer =
  | { readonly name: string }
  | { readonly code: Finding['code']; readonly hint: string; readonly what: string };

/** Canonical text of an address: dotted IPv4 (also of an IPv4 mapped into IPv6, as Go takes it), IPv6 by RFC 5952. */
const readIp = (text: string): Answer => {
  const four = /^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(text) && ipaddr.IPv4.isValid(text);
  if (!four && !(text.includes(':') && !text.includes('%') && ipaddr.IPv6.isValid(text))) {
    const hint = text.includes('/') ? 'one address, without a mask' : 'write it like 192.0.2.1 or 2001:db8::1';
    return { code: 'IP_ADDRESS_INVALID', what: 'an IP address', hint };
  }
  const address = ipaddr.process(text);
  return { name: address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString() };
};

/** True where the text is one IP address. */
export const isIpAddress = (text: string): boolean => 'name' in readIp(text);

/** RFC 5280: absolute, with a scheme, in ASCII. */
const readUri = (text: string): Answer => {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$/.test(text) && URL.canParse(text)) return { name: text };
  return { code: 'URI_INVALID', what: 'a URI', hint: 'write it with its scheme, such as spiffe://example.org/ns/web' };
};

/** A mailbox without a display name (RFC 5321 section 4.1.2), in ASCII. */
export const isMailbox = (text: string): boolean =>
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/.test(text);

const readEmail = (text: string): Answer =>
  isMailbox(text)
    ? { name: text }
    : { code: 'EMAIL_INVALID', what: 'a mail address', hint: 'one address, without a name or angle brackets' };

/** Reads one list; what stands twice is warned of and left out. */
const readList = (findings: Finding[], texts: Texts, path: Path, read: (text: string) => Answer): string[] => {
  const names = new Set<string>();
  for (const [index, text] of (texts ?? []).entries()) {
    if (text === undefined) continue;
    const answer = read(text);
    const shown = `"${text.slice(0, 80)}"`;
    const at = [...path, index];
    if (!('name' in answer)) {
      findings.push({ code: answer.code, path: at, message: `${shown} is not ${answer.what}`, hint: answer.hint });
    } else if (names.has(answer.name)) {
      findings.push({
        code: 'NAME_DUPLICATE',
        path: at,
        message: `${shown} stands twice`,
        hint: 'remove one of the two',
      });
    } else names.add(answer.name);
  }
  return [...names];
};

const readOtherNames = (
  findings: Finding[],
  written: WrittenAlternatives['otherNames'],
): NonNullable<CertificateSpec['otherNames']> =>
  (written ?? []).flatMap((one, index) => {
    const { oid, utf8Value } = one ?? {};
    const path = ['spec', 'otherNames', index, 'oid'];
    if (oid && !isOid(oid)) {
      const message = `"${oid.slice(0, 80)}" is not an object identifier`;
      findings.push({ code: 'OID_INVALID', path, message, hint: 'write it like 1.3.6.1.4.1.311.20.2.3' });
    }
    return oid && utf8Value ? [{ oid, utf8Value }] : [];
  });

/** The names, empty lists left out. Codes: IP_ADDRESS_INVALID, URI_INVALID, EMAIL_INVALID, OID_INVALID, NAME_DUPLICATE. */
export const checkAlternatives = (
  written: WrittenAlternatives,
): { readonly value: Alternatives; readonly findings: readonly Finding[] } => {
  const findings: Finding[] = [];
  const ipAddresses = readList(findings, written.ipAddresses, ['spec', 'ipAddresses'], readIp);
  const uris = readList(findings, written.uris, ['spec', 'uris'], readUri);
  const emailAddresses = readList(findings, written.emailAddresses, ['spec', 'emailAddresses'], readEmail);
  const otherNames = readOtherNames(findings, written.otherNames);
  return {
    value: {
      ...(ipAddresses.length === 0 ? {} : { ipAddresses }),
      ...(uris.length === 0 ? {} : { uris }),
      ...(emailAddresses.length === 0 ? {} : { emailAddresses }),
      ...(otherNames.length === 0 ? {} : { otherNames }),
    },
    findings,
  };
};

/** The network of a range in CIDR notation, host bits cleared as Go's ParseCIDR does; undefined where it is none. */
export const readCidr = (text: string): string | undefined => {
  const [address, bits, ...more] = text.split('/');
  if (more.length > 0 || bits === undefined || !/^(0|[1-9]\d{0,2})$/.test(bits) || !('name' in readIp(address!)))
    return undefined;
  const four = !address!.includes(':');
  if (Number(bits) > (four ? 32 : 128)) return undefined;
  const network = four ? ipaddr.IPv4.networkAddressFromCIDR(text) : ipaddr.IPv6.networkAddressFromCIDR(text);
  return `${network instanceof ipaddr.IPv6 ? network.toRFC5952String() : network.toString()}/${bits}`;
};
