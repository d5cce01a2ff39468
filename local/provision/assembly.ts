import { join } from 'node:path';
import { AssetManifestArtifact, CloudAssembly } from '@aws-cdk/cloud-assembly-api';
import type { Template } from './intrinsics.ts';

export interface AssemblyStack {
  readonly name: string;
  readonly template: Template;
}

export interface Assembly {
  /** Each after those it depends on. */
  readonly stacks: readonly AssemblyStack[];
  /** Files and folders of the assembly by the hash of their content. */
  readonly assets: ReadonlyMap<string, string>;
}

/** Reads what `cdk synth` left in a folder. */
export function readAssembly(directory: string): Assembly {
  const assembly = new CloudAssembly(directory);
  const manifests = assembly.artifacts.filter((artifact) => AssetManifestArtifact.isAssetManifestArtifact(artifact));
  const files = manifests.flatMap(({ contents }) => Object.entries(contents.files ?? {}));
  return {
    stacks: assembly.stacks.map(({ stackName, template }) => ({ name: stackName, template })),
    assets: new Map(files.map(([hash, { source }]) => [hash, join(directory, source.path ?? '')])),
  };
}
