import type * as sdk from '@aws-sdk/client-cloudformation';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, operationsNeeding, type Service } from '../cloud/service.ts';

interface Stack {
  readonly id: string;
  readonly name: string;
  readonly created: Date;
  readonly outputs: Readonly<Record<string, string>>;
}

/** The stacks that the provisioner made, for whoever asks for their outputs. */
export class CloudFormation implements Service {
  readonly name = 'cloudformation';
  readonly #cloud: Cloud;
  readonly #stacks = new Map<string, Stack>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** The name is unique in an account and Region. */
  record({ id, name, outputs }: Omit<Stack, 'created'>): void {
    const place = id.split(':').slice(3, 5).join(' ');
    this.#stacks.set(`${place} ${name}`, { id, name, outputs, created: this.#cloud.clock.now() });
  }

  readonly operations = operationsNeeding<typeof sdk>((input, call) => this.#needs(input, call), {
    DescribeStacks: (input, call) => {
      const { id: StackId, name: StackName, created: CreationTime, outputs } = this.#find(input.StackName, call);
      const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
      return { Stacks: [{ StackId, StackName, CreationTime, StackStatus: 'CREATE_COMPLETE', Outputs }] };
    },
  });

  #needs({ StackName = '' }: { StackName?: string | undefined }, { caller, region, operation }: Call) {
    const owner = accountOf(caller);
    const resource = `arn:${this.#cloud.partition}:cloudformation:${region}:${owner}:stack/${StackName}/*`;
    return [{ action: `cloudformation:${operation}`, resource, owner }];
  }

  /** "Stack with id X does not exist", a ValidationError (CloudFormation API reference, DescribeStacks). */
  #find(name: string | undefined, { caller, region }: Call): Stack {
    if (name === undefined) throw new AwsFault('NotImplemented', 'all stacks at once are not served', { status: 501 });
    const stack = this.#stacks.get(`${region} ${accountOf(caller)} ${name}`);
    if (!stack) throw new AwsFault('ValidationError', `Stack with id ${name} does not exist`);
    return stack;
  }
}
