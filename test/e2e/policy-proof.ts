/** The proof of least privilege: what was asked is decided again without each statement in turn. */
import type { EmbeddedCloud } from '../../local/embedded-cloud.ts';
import { type Decision, type EvaluationInput, evaluate, withoutStatement } from '../../local/iam/evaluate.ts';
import { listOf, type PolicyDocument } from '../../local/iam/policy.ts';

interface Asked {
  readonly input: EvaluationInput;
  readonly decision: Decision;
}

/** A policy under a name that is the same in every cloud of one seed. */
interface Deployed {
  readonly name: string;
  readonly document: PolicyDocument;
}

/** Everything deployed into one cloud that says who may do what, and what was asked there. */
export class PolicyProof {
  readonly deployed: Deployed[] = [];
  readonly #asked: Asked[] = [];

  /** Before anything is deployed: policies are noted as the deployment puts them in place. */
  watch(embedded: EmbeddedCloud): void {
    embedded.authorizer.onDecision((input, decision) => void this.#asked.push({ input, decision }));
    const note = (name: string, document: PolicyDocument | undefined) => {
      if (document) this.deployed.push({ name, document });
    };
    noteRoles(embedded, note);
    noteResources(embedded, note);
  }

  /** Each action of each statement by name, and whether some request for it would have been decided otherwise without the statement. */
  actions(): Map<string, boolean> {
    const needed = new Map<string, boolean>();
    for (const { name, document } of this.deployed)
      listOf(document.Statement).forEach(({ Sid = '', Effect, Action }, index) => {
        for (const action of listOf(Action)) {
          const title = `${name}: ${[Sid, Effect, action].filter(Boolean).join(' ')}`;
          needed.set(title, needed.get(title) === true || this.isNeeded(document, index, action));
        }
      });
    return needed;
  }

  /** For one action of a statement, or for any; a wildcard stands for any. */
  isNeeded(document: PolicyDocument, index: number, action = '*'): boolean {
    const isDenial = listOf(document.Statement)[index]?.Effect === 'Deny';
    return this.#asked.some(({ input, decision }) => {
      if (!action.endsWith('*') && action !== input.action) return false;
      if (isDenial) return isRefusedInPlainText(input, document, index);
      const applied = decision.applied.some(
        ({ policy, statement }) => policy.document === document && statement.index === index,
      );
      return applied && decision.allowed && !evaluate(withoutStatement(input, document, index)).allowed;
    });
  }

  /** How each request for an action would have been decided for another resource. */
  allowedOn(action: string, resource: string): boolean[] {
    const requests = this.#asked.filter(({ input }) => input.action === action);
    return requests.map(({ input }) => evaluate({ ...input, resource }).allowed);
  }

  /** The same requests as they would have been decided with another permissions policy in the place of one. */
  replacing(document: PolicyDocument, replacement: PolicyDocument): PolicyProof {
    const changed = new PolicyProof();
    for (const { input } of this.#asked) {
      const identity = input.identity.map((policy) =>
        policy.document === document ? { ...policy, document: replacement } : policy,
      );
      const swapped = { ...input, identity };
      changed.#asked.push({ input: swapped, decision: evaluate(swapped) });
    }
    return changed;
  }
}

/** Whether the very request that was allowed is refused over plain HTTP, and only for this statement. */
function isRefusedInPlainText(input: EvaluationInput, document: PolicyDocument, index: number): boolean {
  if (input.resourcePolicy?.document !== document || !evaluate(input).allowed) return false;
  const plain = { ...input, context: new Map([...input.context, ['aws:securetransport', ['false']]]) };
  return !evaluate(plain).allowed && evaluate(withoutStatement(plain, document, index)).allowed;
}

type Note = (name: string, document: PolicyDocument | undefined) => void;

/** The member roles of all accounts but the management account's are one role, made by one template. */
function noteRoles({ directory, tree }: EmbeddedCloud, note: Note): void {
  const roleOf = (arn: string) => {
    const [, account, name = ''] = /::(\d+):role\/(.*)$/.exec(arn) ?? [];
    const isMember = name === 'MusterMember' && account !== tree.managementAccountId;
    return `role ${name} of ${isMember ? 'members' : account}`;
  };
  const putRole = directory.putRole.bind(directory);
  directory.putRole = (settings) => {
    note(`trust of ${roleOf(settings.arn)}`, settings.trust);
    return putRole(settings);
  };
  const putRolePolicy = directory.putRolePolicy.bind(directory);
  directory.putRolePolicy = (arn, name, document) => {
    note(`${name} of ${roleOf(arn)}`, document);
    putRolePolicy(arn, name, document);
  };
}

function noteResources({ s3, kms, sqs, sns }: EmbeddedCloud, note: Note): void {
  const putBucketPolicy = s3.putBucketPolicy.bind(s3);
  s3.putBucketPolicy = (name, policy) => {
    note(`bucket ${name}`, policy);
    putBucketPolicy(name, policy);
  };
  const createKey = kms.createKey.bind(kms);
  kms.createKey = (settings) => {
    const key = createKey(settings);
    note(`key ${key.keyId}`, key.policy);
    return key;
  };
  const setQueuePolicy = sqs.setPolicy.bind(sqs);
  sqs.setPolicy = (url, region, policy) => {
    note(`queue ${url.split('/').at(-1)}`, policy);
    setQueuePolicy(url, region, policy);
  };
  const setTopicPolicy = sns.setPolicy.bind(sns);
  sns.setPolicy = (arn, policy) => {
    note(`topic ${arn}`, policy);
    setTopicPolicy(arn, policy);
  };
}
