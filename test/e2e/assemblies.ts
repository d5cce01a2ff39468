/** Before any test: the bundles that every synthesis copies, and a folder that all test files share for what they synthesize. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { bundle } from '../../scripts/bundle.ts';

declare module 'vitest' {
  interface ProvidedContext {
    assemblies: string;
  }
}

export async function setup(project: TestProject): Promise<() => void> {
  await bundle();
  const folder = mkdtempSync(join(tmpdir(), 'muster-assemblies-'));
  project.provide('assemblies', folder);
  return () => rmSync(folder, { recursive: true });
}
