// How a construct tells cdk-nag why a wildcard stands where it stands. It must never hide a rule: each finding is
// acknowledged alone, at the role that has it.
import { Stack, Validations } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';

/** cdk-nag prints `{Ref}` and `{GetAtt}` as `<LogicalId>` and `<LogicalId.Attribute>`, and a policy's variable as `<variable>`. */
const asPrinted = (value: unknown): string => {
  if (typeof value === 'string') return value.replace(/\$\{([^}]+)\}/g, '<$1>');
  const node = value as { 'Fn::Join'?: [string, unknown[]]; Ref?: string; 'Fn::GetAtt'?: string[] };
  if (node.Ref !== undefined) return `<${node.Ref}>`;
  if (node['Fn::GetAtt'] !== undefined) return `<${node['Fn::GetAtt'].join('.')}>`;
  if (node['Fn::Join'] !== undefined) return node['Fn::Join'][1].map(asPrinted).join(node['Fn::Join'][0]);
  throw new Error(`cannot print ${JSON.stringify(value)}`);
};

/** Argues for wildcards in a role's resources (ARNs, which may hold tokens), one finding each. */
export const acknowledgeWildcards = (
  role: IRole,
  argued: { readonly resources: readonly string[]; readonly reason: string },
): void => {
  for (const resource of argued.resources) {
    const printed = asPrinted(Stack.of(role).resolve(resource));
    Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${printed}]`, reason: argued.reason });
  }
};
