import { parseArgs } from 'node:util';

export const help = `Usage: npm run preflight -- [options]

Looks at the organization and the hub that your AWS credentials lead to, and says what keeps Muster from working
there and which command mends it. It reads only.

  --sample N    accounts that are looked into (default 5)
  --role NAME   role to assume in other accounts (default: memberRoleName of muster.config.ts)
  --json        the findings as JSON
  --help        this text

Exit codes: 0 nothing failed, 1 a check failed, 2 the input or the credentials are wrong.
`;

export class WrongOptions extends Error {
  override readonly name = 'WrongOptions';
}

/** @throws WrongOptions */
export function parseOptions(args: readonly string[]) {
  const { sample, ...values } = read(args);
  if (!/^[1-9]\d*$/.test(sample)) throw new WrongOptions(`--sample takes a whole number from 1, not '${sample}'`);
  return { sample: Number(sample), role: values.role, json: values.json, help: values.help };
}

function read(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  const options = {
    sample: { type: 'string', default: '5' },
    role: { type: 'string' },
    json: flag,
    help: flag,
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new WrongOptions(error instanceof Error ? error.message : String(error));
  }
}
