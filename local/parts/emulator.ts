// What every running AWS emulator offers, and the one way to start it again where it was.
// It must never know what is asked of it.
import { startServer } from './process.ts';

export interface RunningEmulator {
  /** `http://127.0.0.1:<port>`; the same after a restart. */
  readonly endpoint: string;
  /** The process that serves now. */
  readonly pid: number;
  readonly logFile: string;
  readonly stop: () => Promise<void>;
  /** Stops it (`crash`: by SIGKILL) and starts it again on the same port and folders. */
  readonly restart: (how?: { readonly crash: boolean }) => Promise<void>;
}

/** Starts a server that can be restarted as it was. */
export async function startEmulator({
  endpoint,
  server,
}: {
  endpoint: string;
  server: Parameters<typeof startServer>[0];
}): Promise<RunningEmulator> {
  let child = await startServer(server);
  return {
    endpoint,
    get pid() {
      return child.pid;
    },
    logFile: server.logFile,
    stop: () => child.stop(),
    restart: async (how) => {
      await (how?.crash === true ? child.kill() : child.stop());
      child = await startServer(server);
    },
  };
}
