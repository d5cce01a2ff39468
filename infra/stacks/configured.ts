import type { StackProps } from 'aws-cdk-lib';
import type { Config } from '../config.ts';

export type ConfiguredStackProps = StackProps & { config: Config };
