#!/usr/bin/env node
// The door `bin/local.ts`, openable on a fresh clone: installs what is missing first. It must never know what lies behind.
import { requirePython } from './python.mjs';
import { launch } from './run.mjs';

await launch('bin/local.ts', { before: requirePython });
