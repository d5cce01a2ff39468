import { defineConfig } from './infra/config.ts';

/** Every key and its default: docs/config.md. */
export default defineConfig({
  organizationId: 'o-a1b2c3d4e5',
  organizationRootId: 'r-ab12',
  hubRegion: 'us-east-1',
  regions: ['us-east-1', 'us-west-2', 'eu-west-1'],
});
