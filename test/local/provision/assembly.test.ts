import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { afterAll, expect, it } from 'vitest';
import { readAssembly } from '../../../local/provision/assembly.ts';

const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('reads stacks by name and assets by hash', () => {
  const file = join(folder, 'code.txt');
  writeFileSync(file, 'code');
  const app = new App({ outdir: join(folder, 'out') });
  const [later, earlier] = [new Stack(app, 'Later'), new Stack(app, 'Earlier')];
  later.addStackDependency(earlier);
  const { assetHash } = new Asset(later, 'Code', { path: file });
  new CfnOutput(earlier, 'Answer', { value: '42' });
  const assembly = readAssembly(app.synth().directory);
  expect([...assembly.stacks.keys()]).toEqual(['Earlier', 'Later']);
  expect(assembly.stacks.get('Earlier')?.Outputs).toMatchObject({ Answer: { Value: '42' } });
  expect(assembly.assets.get(assetHash)).toBe(join(folder, 'out', `asset.${assetHash}.txt`));
});
