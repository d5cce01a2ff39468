import { join } from 'node:path';
import { AssetManifestArtifact, CloudAssembly } from '@aws-cdk/cloud-assembly-api';
import type { Template } from './intrinsics.ts';

export interface Assembly {
  /** Templates by the name of their stack. */
  readonly stacks: ReadonlyMap<string, Template>;
  /** Files and folders of the assembly by the hash of their content. */
  readonly assets: ReadonlyMap<string, string>;
}

/** Reads what `cdk synth` left in a folder. */
export function readAssembly(directory: string): Assembly {
  const assembly = new CloudAssembly(directory);
  const manifests = assembly.artifacts.filter((artifact) => AssetManifestArtifact.isAssetManifestArtifact(artifact));
  const files = manifests.flatMap(({ contents }) => Object.entries(contents.files ?? {}));
  return {
    stacks: new Map(assembly.stacks.map(({ stackName, template }) => [stackName, template])),
    assets: new Map(files.map(([hash, { source }]) => [hash, join(directory, source.path ?? '')])),
  };
}
