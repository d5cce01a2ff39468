import type { Config } from '../../infra/config.ts';
import type { Finding } from './finding.ts';

/** Who asks, where, and what is to be deployed. */
export interface Ground {
  readonly config: Config;
  readonly partition: string;
  readonly accountId: string;
  /** How many accounts are looked into. */
  readonly sample: number;
  /** The role that lets the caller look into other accounts. */
  readonly roleName: string;
}

export interface Check {
  readonly name: string;
  look(ground: Ground): Promise<Finding[]>;
}
