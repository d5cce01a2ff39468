import { CfnParameter, type Stack } from 'aws-cdk-lib';

const id = 'HubAccountId';

/** The parameter of a template that is rolled out where the hub is not. */
export function hubAccountIdOf(stack: Stack): string {
  const known = stack.node.tryFindChild(id);
  const parameter =
    known instanceof CfnParameter
      ? known
      : new CfnParameter(stack, id, {
          description: 'The account that Muster is deployed to',
          allowedPattern: '^\\d{12}$',
        });
  return parameter.valueAsString;
}
