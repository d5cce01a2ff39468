import type { Stack } from 'aws-cdk-lib';
import type { Config } from '../config.ts';
import type { MusterState } from '../stacks/state.ts';

/** What each function is built from. */
export type Hub = { stack: Stack; config: Config; stores: MusterState };
