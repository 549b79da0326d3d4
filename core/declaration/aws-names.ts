// The names by which declarations refer to things of AWS: roles, regions, external ids, certificate authorities. It must
// never ask AWS whether they exist.
import type { Path } from './nodes.ts';
import type { Finding } from './problem.ts';

/** Codes: ROLE_INVALID, ROLE_PLACEHOLDER (warning). */
export const checkRole = (role: string | undefined, path: Path): Finding[] => {
  if (role === undefined || role === '') return [];
  if (!/^arn:[a-z0-9-]+:iam::[^:\s]*:role\/[\w+=,.@/-]{1,512}$/.test(role)) {
    const hint = 'write arn:aws:iam::<account id>:role/<name>';
    return [{ code: 'ROLE_INVALID', path, message: 'this is not the ARN of an IAM role', hint }];
  }
  if (/:iam::\d{12}:/.test(role)) return [];
  return [
    { code: 'ROLE_PLACEHOLDER', path, message: 'this ARN has no 12-digit account id', hint: 'put the account id in' },
  ];
};

/** Code: REGION_INVALID. */
export const checkRegion = (region: string | undefined, path: Path, hint: string): Finding[] => {
  if (!region || /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region)) return [];
  return [{ code: 'REGION_INVALID', path, message: `"${region.slice(0, 80)}" is not an AWS region`, hint }];
};

/** sts:ExternalId. Codes: EXTERNAL_ID_INVALID, EXTERNAL_ID_UNUSED (warning). */
export const checkExternalId = (
  id: string | undefined,
  annotation: string,
  unused: { readonly message: string; readonly hint: string } | undefined,
): Finding[] => {
  if (id === undefined) return [];
  const path = ['metadata', 'annotations', annotation];
  if (!/^[\w+=,.@:/-]{2,1224}$/.test(id)) {
    const hint = '2 to 1224 letters, digits and + = , . @ : / - _';
    return [{ code: 'EXTERNAL_ID_INVALID', path, message: 'this is not an external id', hint }];
  }
  return unused === undefined ? [] : [{ code: 'EXTERNAL_ID_UNUSED', path, ...unused }];
};

/** The region in the ARN of a Private CA; undefined where it is no such ARN. */
export const regionOfCaArn = (arn: string): string | undefined =>
  /^arn:aws[a-z-]*:acm-pca:([a-z0-9-]+):\d{12}:certificate-authority\/[A-Za-z0-9-]{1,64}$/.exec(arn)?.[1];
