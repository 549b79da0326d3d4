// The settings of a deployment as the commands read them: context of `cdk.json` in the working folder, or a file. It must
// never judge a setting: the schema does.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceSettings } from '#core/settings.ts';
import { Refused } from '#lib/refused.ts';
import { readSettings } from '#lib/settings.ts';

/** What `bin/app.ts` reads from the same context. */
export interface Deployment {
  readonly settings: ServiceSettings;
  readonly stackName: string;
  /** Folder of the declarations, where the context names one. */
  readonly declarations?: string;
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const readJson = (path: string): Json => {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Refused(`${path} cannot be read as JSON: ${(cause as Error).message}`);
  }
  if (!isObject(read)) throw new Refused(`${path} holds no JSON object`);
  return read;
};

const settingsOf = (written: unknown, path: string): ServiceSettings => {
  if (!isObject(written)) throw new Refused(`the settings of Evercert in ${path} are no object`);
  try {
    return readSettings(written);
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    throw new Refused(`${path}: ${cause.message}`);
  }
};

const textOf = (context: Json, key: string): string | undefined => {
  const value = context[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/**
 * Reads `file` (the settings alone, or a whole cdk.json), else `cdk.json` in `folder`, else nothing: all defaults. Throws
 * Refused: not readable, a wrong value, or a setting that does not exist.
 */
export const readDeployment = (from: { readonly folder: string; readonly file?: string | undefined }): Deployment => {
  const path = from.file ?? join(from.folder, 'cdk.json');
  if (from.file === undefined && !existsSync(path)) return { settings: readSettings({}), stackName: 'Evercert' };
  const read = readJson(path);
  const isApp = from.file === undefined || 'app' in read || 'context' in read;
  const context = isApp ? (read.context ?? {}) : { evercert: read };
  if (!isObject(context)) throw new Refused(`the context in ${path} is no object`);
  const declarations = textOf(context, 'declarations');
  return {
    settings: settingsOf(context.evercert ?? {}, path),
    stackName: textOf(context, 'evercert:stack') ?? 'Evercert',
    ...(declarations === undefined ? {} : { declarations }),
  };
};
