#!/usr/bin/env node
// The door `bin/app.ts`, as the CDK CLI opens it (cdk.json), whatever Node it runs on itself. It must never know what lies behind.
import { launch } from './run.mjs';

await launch('bin/app.ts');
