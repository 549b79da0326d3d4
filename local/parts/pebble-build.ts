// Pebble, the ACME test CA, as a program to build.
import type { GoModule } from './go-build.ts';

const VERSION = 'v2.10.1';

export const PEBBLE: GoModule = {
  name: 'pebble',
  packages: ['github.com/letsencrypt/pebble/v2/cmd/pebble'],
  version: VERSION,
  linked: [`main.version=${VERSION}`],
  why: (go) => `building the test CA Pebble ${VERSION} from source with ${go.version}, once; usually 40-90 s`,
  errorCode: 'PebbleNotBuilt',
};
