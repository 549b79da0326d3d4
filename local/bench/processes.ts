// CPU time and memory of a process and all below it, as Linux's /proc tells (proc(5)). It must never know what they do.
import { readdirSync, readFileSync } from 'node:fs';

interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Own, and that of children that have ended and been waited for. */
  readonly cpuMs: number;
  readonly residentMb: number;
}

/** USER_HZ, which is 100 on every Linux that Node runs on; and the page size. */
const TICK_MS = 10;
const PAGE_MB = 4_096 / 1_048_576;

/** One line of /proc/<pid>/stat; the command's name may hold spaces and parentheses. */
export const processOf = (stat: string): Process => {
  const [, pid = '0'] = /^(\d+) /.exec(stat) ?? [];
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // Fields 4, 14 to 17 and 24 of proc_pid_stat(5); the third is the first after the name.
  const field = (number: number): number => Number(fields[number - 3]);
  const ticks = field(14) + field(15) + field(16) + field(17);
  return { pid: Number(pid), parent: field(4), cpuMs: ticks * TICK_MS, residentMb: field(24) * PAGE_MB };
};

/** A process that ends while it is being read is not there. */
const readStat = (pid: string): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
};

const below = (root: number, all: readonly Process[]): readonly Process[] => {
  const found = all.filter(({ pid }) => pid === root);
  for (const { pid } of found) found.push(...all.filter(({ parent }) => parent === pid));
  return found;
};

export interface Usage {
  readonly cpuMs: number;
  readonly residentMb: number;
  readonly processes: number;
}

/** What `root` and its descendants have used so far and hold now; undefined where there is no /proc. */
export const usageOf = (root: number): Usage | undefined => {
  if (process.platform !== 'linux') return undefined;
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => readStat(pid) ?? []);
  const tree = below(root, stats.map(processOf));
  return {
    cpuMs: tree.reduce((total, { cpuMs }) => total + cpuMs, 0),
    residentMb: tree.reduce((total, { residentMb }) => total + residentMb, 0),
    processes: tree.length,
  };
};

export interface UsageWatch {
  /** Ends the watch. null: this machine does not tell. */
  stop(): { readonly cpuMs: number | null; readonly peakMb: number | null };
}

const SAMPLE_MS = 250;

/** Watches from now on: CPU time used since, and the highest of the samples of memory. */
export const watchUsage = (root: number): UsageWatch => {
  const before = usageOf(root);
  let peakMb = before?.residentMb ?? 0;
  const timer = setInterval(() => {
    peakMb = Math.max(peakMb, usageOf(root)?.residentMb ?? 0);
  }, SAMPLE_MS);
  return {
    stop: () => {
      clearInterval(timer);
      const after = usageOf(root);
      if (before === undefined || after === undefined) return { cpuMs: null, peakMb: null };
      return { cpuMs: after.cpuMs - before.cpuMs, peakMb: Math.max(peakMb, after.residentMb) };
    },
  };
};
