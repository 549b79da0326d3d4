// Judges one AWS call by the synthesized policies of the function that makes it, as IAM would
// (@cloud-copilot/iam-simulate). It must never know what Evercert means to do: it only reads the template.
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { type Deployment, resolver, resourcesOf, type TemplateResource } from './template.ts';

export interface SimulatedCall extends Deployment {
  /** `sweep`, `advance`, `deployed` or `sync`: told by AWS_SDK_UA_APP_ID in the function's environment. */
  readonly functionName: string;
  /** Logical id of the role that is judged in place of a function's. */
  readonly role?: string | undefined;
  /** Its name in the caller's ARN; default: the logical id. */
  readonly roleName?: string | undefined;
  /** Of another template: the policies of what is called (key, secret), and the account that it lies in. */
  readonly called?: { readonly account: string; readonly policy: unknown } | undefined;
  /** Like `dynamodb:GetItem`. */
  readonly action: string;
  /** ARN, or `*` for actions without resources. */
  readonly resource: string;
  /** Condition keys of the request, like `aws:TagKeys`; a key that the action does not have is an error. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * The simulator does not know keys with a variable part behind a colon, so one that it knows stands in for it, in
 * policies and request alike.
 */
const STOOD_IN = 'kms:EncryptionContext:SecretARN';
const standIn = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value).replaceAll(`"${STOOD_IN}"`, '"kms:RequestAlias"')) as T;

type Get = { 'Fn::GetAtt': [string, string] };

/** Logical id of the role of the function that signs its calls with `evercert-<name>`. */
export const roleOf = (template: Deployment['template'], functionName: string): string => {
  const found = resourcesOf(template, 'AWS::Lambda::Function').find(([, { Properties }]) => {
    const environment = Properties?.Environment as { Variables?: Record<string, unknown> } | undefined;
    return environment?.Variables?.AWS_SDK_UA_APP_ID === `evercert-${functionName}`;
  });
  if (found === undefined) throw new Error(`the template has no function ${functionName}`);
  return (found[1].Properties!.Role as Get)['Fn::GetAtt'][0];
};

/** All policy documents of a role: attached by AWS::IAM::Policy, or inline. Managed policies are an error: there are none here. */
export const policiesOf = (deployment: Deployment, role: string): { name: string; policy: unknown }[] => {
  const { resolve } = resolver(deployment);
  const own = deployment.template.Resources[role]?.Properties ?? {};
  if (own.ManagedPolicyArns !== undefined)
    throw new Error(`${role} has managed policies, which are not in the template`);
  const isAttached = ({ Properties }: TemplateResource): boolean =>
    (Properties?.Roles as { Ref?: string }[] | undefined)?.some(({ Ref }) => Ref === role) ?? false;
  const attached = resourcesOf(deployment.template, 'AWS::IAM::Policy').filter(([, policy]) => isAttached(policy));
  const inline = (own.Policies as { PolicyName: string; PolicyDocument: unknown }[] | undefined) ?? [];
  return [
    ...attached.map(([name, { Properties }]) => ({ name, policy: resolve(Properties?.PolicyDocument) })),
    ...inline.map(({ PolicyName, PolicyDocument }) => ({ name: PolicyName, policy: resolve(PolicyDocument) })),
  ];
};

/** The key policy, where the resource is a KMS key of the template: without one IAM lets nobody use a key. */
const keyPolicyOf = (deployment: Deployment, resource: string): unknown => {
  const { arn, resolve } = resolver(deployment);
  const found = resourcesOf(deployment.template, 'AWS::KMS::Key').find(([id]) => arn(id) === resource);
  return found && resolve(found[1].Properties?.KeyPolicy);
};

/** `allowed` or `denied`; throws when the call itself makes no sense (unknown action, wrong kind of resource, foreign context key). */
export const simulate = async (call: SimulatedCall): Promise<'allowed' | 'denied'> => {
  const { account = '000000000000', template, functionName, action, resource, context = {} } = call;
  const role = call.role ?? roleOf(template, functionName);
  const resourcePolicy = call.called?.policy ?? keyPolicyOf(call, resource);
  const answer = await runSimulation(
    {
      request: {
        principal: `arn:aws:sts::${account}:assumed-role/${call.roleName ?? role}/${functionName}`,
        action,
        resource: { resource, accountId: call.called?.account ?? account },
        contextVariables: standIn(context) as Record<string, string | string[]>,
      },
      identityPolicies: standIn(policiesOf(call, role)),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(resourcePolicy === undefined ? {} : { resourcePolicy: standIn(resourcePolicy) }),
    },
    {},
  );
  if (answer.resultType === 'error') throw new Error(`${action} on ${resource}: ${JSON.stringify(answer.errors)}`);
  const results = answer.resultType === 'single' ? [answer.result] : answer.results;
  const ignored = results.flatMap(({ ignoredContextKeys }) => ignoredContextKeys ?? []);
  if (ignored.length > 0) throw new Error(`${action} has no condition key ${ignored.join(', ')}`);
  return answer.overallResult === 'Allowed' ? 'allowed' : 'denied';
};
