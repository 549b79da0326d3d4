// How much memory and disk a machine has to spare, and whether that is enough for a long build: said before it begins, not
// by the kernel in its middle. It must never know what is built.
import { readFileSync, statfsSync } from 'node:fs';

export interface Room {
  /** Free or quickly freed, swap counted; undefined where the system does not tell. */
  readonly memoryMb: number | undefined;
  readonly diskMb: number;
}

const MB = 1_048_576;

/** `MemAvailable` and `SwapFree` of /proc/meminfo (proc(5)), in MB. */
export const memoryIn = (meminfo: string): number | undefined => {
  const of = (name: string): number | undefined => {
    const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(meminfo)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  };
  const available = of('MemAvailable');
  return available === undefined ? undefined : Math.floor(available + (of('SwapFree') ?? 0));
};

const meminfo = (): string => {
  try {
    return readFileSync('/proc/meminfo', 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return '';
  }
};

/** What there is now; the disk is that of `folder`. */
export const roomAt = (folder: string): Room => {
  const { bavail, bsize } = statfsSync(folder);
  return { memoryMb: memoryIn(meminfo()), diskMb: Math.floor((bavail * bsize) / MB) };
};

const gigabytes = (mb: number): string => `${(mb / 1024).toFixed(1)} GB`;

/** What is missing, in words; undefined: there is enough. */
export const lackOf = (
  { memoryMb, diskMb }: Room,
  needed: { readonly memoryMb: number; readonly diskMb: number },
): string | undefined => {
  const lacks = [
    ...(memoryMb === undefined || memoryMb >= needed.memoryMb
      ? []
      : [`${gigabytes(needed.memoryMb)} of free memory (there are ${gigabytes(memoryMb)})`]),
    ...(diskMb >= needed.diskMb ? [] : [`${gigabytes(needed.diskMb)} of free disk (there are ${gigabytes(diskMb)})`]),
  ];
  return lacks.length === 0 ? undefined : lacks.join(' and ');
};
