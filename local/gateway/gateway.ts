// The one door before the emulator: every AWS call passes, is recorded, and may be struck by a planned fault.
// It must never know what the callers are for.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ZoneData } from '../dns/zone-data.ts';
import { type CallCounts, callRecord, type RecordedCall } from './calls.ts';
import { passage } from './passage.ts';
import { route53Front } from './route53.ts';
import { defaultSettings, type GatewaySettings } from './settings.ts';
import { type Upstream, upstreamAt } from './upstream.ts';
import { ZoneMirror } from './zone-mirror.ts';

export interface Gateway {
  /** `http://127.0.0.1:port`: AWS_ENDPOINT_URL for every client. */
  endpoint: string;
  /** Pace, INSYNC delay, faults: change them at any time. */
  settings: GatewaySettings;
  /** The last 100,000 to 200,000 calls, oldest first. */
  calls(): RecordedCall[];
  counts(): CallCounts;
  /** Forgets calls and counters. */
  reset(): void;
  /** Calls of a service (IAM's prefix) go to another endpoint from now on: the emulator does not have it. */
  sendTo(service: string, endpoint: string): void;
  /** Reads all zones anew from the emulator (after it was started again), also into the DNS. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the gateway before the emulator at `upstream`; `record` is a file that gets one JSON line a call. */
export async function startGateway(options: {
  upstream: string;
  dns: ZoneData;
  record?: string;
  /** 0 or absent: any free port. */
  port?: number;
}): Promise<Gateway> {
  const settings = defaultSettings();
  const upstream = upstreamAt(options.upstream);
  const elsewhere = new Map<string, Upstream>();
  const record = callRecord(options.record === undefined ? {} : { file: options.record });
  const mirror = new ZoneMirror({ upstream, dns: options.dns, settings });
  const route53 = route53Front({ upstream, mirror });
  const server = createServer(
    { keepAliveTimeout: 75_000, requestTimeout: 0, noDelay: true },
    passage({ upstream, elsewhere, record, route53, settings }),
  );
  server.listen({ host: '127.0.0.1', port: options.port ?? 0, backlog: 511 });
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    endpoint: `http://127.0.0.1:${port}`,
    settings,
    calls: () => record.calls(),
    counts: () => record.counts(),
    reset: () => record.reset(),
    sendTo: (service, endpoint) => {
      elsewhere.get(service)?.close();
      elsewhere.set(service, upstreamAt(endpoint));
    },
    reload: () => mirror.reload(route53.accounts()),
    stop: async () => {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
      mirror.close();
      for (const one of [upstream, ...elsewhere.values()]) one.close();
      await record.close();
    },
  };
}
