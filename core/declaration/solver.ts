// One `acme.solvers[]` entry: from what is written to a SolverSpec. It must never choose between solvers.
import { checkRegion, checkRole } from './aws-names.ts';
import { normalizeDnsName } from './dns-name.ts';
import type { SolverSpec } from './issuer-model.ts';
import { checkLabels } from './kubernetes-names.ts';
import type { Path } from './nodes.ts';
import type { Finding } from './problem.ts';
import type { InferFields } from './schema/field.ts';
import { OTHER_PROVIDERS, type SOLVER } from './schema/solver-fields.ts';

export type WrittenSolver = InferFields<typeof SOLVER>;
type WrittenDns01 = NonNullable<WrittenSolver['dns01']>;
type WrittenRoute53 = NonNullable<WrittenDns01['route53']>;

const PROVIDERS = ['route53', ...Object.keys(OTHER_PROVIDERS)] as const;

interface Read<T> {
  readonly value: T;
  readonly findings: readonly Finding[];
}

const checkNamesOf = (written: readonly (string | undefined)[] | undefined, path: Path): Read<string[]> => {
  const findings: Finding[] = [];
  const names = (written ?? []).flatMap((text, index) => {
    if (text === undefined) return [];
    const answer = normalizeDnsName(text);
    if ('name' in answer) return [answer.name];
    findings.push({ ...answer, path: [...path, index] });
    return [];
  });
  return { value: names, findings };
};

const checkRoute53 = (written: WrittenRoute53, path: Path): Read<SolverSpec['route53']> => {
  const zoneId = written.hostedZoneID?.replace(/^\/?hostedzone\//, '');
  const findings = checkRole(written.role, [...path, 'role']);
  if (zoneId && !/^[A-Z0-9]{1,32}$/.test(zoneId)) {
    const message = `"${zoneId.slice(0, 80)}" is not a hosted zone id`;
    findings.push({
      code: 'HOSTED_ZONE_ID_INVALID',
      path: [...path, 'hostedZoneID'],
      message,
      hint: 'write the id that Route53 shows, such as Z0123456789ABC',
    });
  }
  findings.push(
    ...checkRegion(
      written.region,
      [...path, 'region'],
      'write it like eu-central-1, or leave it out: Route53 is global',
    ),
  );
  return {
    value: {
      ...(written.region ? { region: written.region } : {}),
      ...(zoneId ? { hostedZoneId: zoneId } : {}),
      ...(written.role ? { role: written.role } : {}),
    },
    findings,
  };
};

/** Which type the solver names: `route53`, `http01`, `dns01.<provider>`; or that it names none or several. */
const typeOf = (written: WrittenSolver, path: Path): { readonly type: string } | Finding => {
  const providers = PROVIDERS.filter((provider) => written.dns01 !== undefined && provider in written.dns01);
  const types = [
    ...(written.http01 === undefined ? [] : ['http01']),
    ...providers.map((one) => (one === 'route53' ? one : `dns01.${one}`)),
  ];
  if (types.length > 1 || (written.http01 !== undefined && written.dns01 !== undefined)) {
    const message = `one solver names ${types.join(' and ') || 'two types'}`;
    return { code: 'SOLVER_TYPE_TWICE', path, message, hint: 'write one solver per type, each as a list item' };
  }
  if (types.length === 1) return { type: types[0]! };
  const at = written.dns01 === undefined ? path : [...path, 'dns01'];
  const message = written.dns01 === undefined ? 'the solver names no type' : 'dns01 names no provider';
  return { code: 'SOLVER_TYPE_MISSING', path: at, message, hint: 'add dns01.route53: {}' };
};

/** Reads one solver. Codes: SOLVER_TYPE_*, ROLE_*, HOSTED_ZONE_ID_INVALID, REGION_INVALID, DNS_NAME_*, LABEL_INVALID. */
export const readSolver = (written: WrittenSolver, path: Path, externalId: string | undefined): Read<SolverSpec> => {
  const dnsNames = checkNamesOf(written.selector?.dnsNames, [...path, 'selector', 'dnsNames']);
  const dnsZones = checkNamesOf(written.selector?.dnsZones, [...path, 'selector', 'dnsZones']);
  const matchLabels = written.selector?.matchLabels ?? {};
  const route53 = checkRoute53(written.dns01?.route53 ?? {}, [...path, 'dns01', 'route53']);
  const type = typeOf(written, path);
  const labels = checkLabels(matchLabels, [...path, 'selector', 'matchLabels']);
  const standIn = 'type' in type && type.type !== 'route53' ? { standIn: type.type } : {};
  const id = externalId !== undefined && route53.value.role !== undefined ? { externalId } : {};
  return {
    value: {
      selector: { dnsNames: dnsNames.value, dnsZones: dnsZones.value, matchLabels },
      cnameStrategy: written.dns01?.cnameStrategy === 'Follow' ? 'Follow' : 'None',
      route53: { ...route53.value, ...id },
      ...standIn,
    },
    findings: [
      ...dnsNames.findings,
      ...dnsZones.findings,
      ...labels,
      ...route53.findings,
      ...('type' in type ? [] : [type]),
    ],
  };
};
