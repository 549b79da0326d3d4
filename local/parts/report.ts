// What a long step tells the person who waits, and the error that says what to do next.
// It must never know where its lines are shown.

/** One line of progress; `seconds` is how long the step took (when it ended) or has taken so far. */
export interface ProgressLine {
  readonly step: string;
  readonly text: string;
  readonly seconds?: number;
}

export type Reporter = (line: ProgressLine) => void;

/** The host's environment, read once by a door and handed down. */
export type HostEnvironment = Readonly<Record<string, string | undefined>>;

export type PartErrorCode =
  | 'PythonMissing'
  | 'VenvUnavailable'
  | 'PackagesNotInstalled'
  | 'PebbleNotBuilt'
  | 'ClusterNotBuilt'
  | 'GoMissing'
  | 'PartDidNotStart'
  | 'CommandNotFound'
  | 'OpensslMissing'
  | 'BrowserMissing';

/** Something about the real parts that a person must put right; the message says how. */
export class PartError extends Error {
  readonly code: PartErrorCode;

  constructor({ code, message, cause }: { code: PartErrorCode; message: string; cause?: unknown }) {
    super(message, { cause });
    this.name = 'PartError';
    this.code = code;
  }
}

const TICK_MS = 10_000;

/** Runs `work`, telling before it why it takes its time, every `everyMs` (ten seconds) that it still goes on, and how long it took. */
export async function reported<T>({
  reporter,
  step,
  why,
  done,
  work,
  everyMs = TICK_MS,
}: {
  reporter: Reporter;
  step: string;
  why: string;
  done: string;
  work: () => Promise<T>;
  everyMs?: number;
}): Promise<T> {
  const started = performance.now();
  const seconds = (): number => Math.round((performance.now() - started) / 100) / 10;
  reporter({ step, text: why });
  const timer = setInterval(() => reporter({ step, text: 'still at it', seconds: seconds() }), everyMs);
  try {
    const result = await work();
    reporter({ step, text: done, seconds: seconds() });
    return result;
  } finally {
    clearInterval(timer);
  }
}
