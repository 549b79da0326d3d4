// The whole service on the fakes under one virtual clock: sweeps, executions as a plain loop, zones, a CA. It must never
// touch a socket or the real time.

import { keystoreMaker } from '#adapters/keystores/keystore-maker.ts';
import type { Sharing } from '#adapters/secrets-manager/sharing.ts';
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import { certificateMaker } from '#adapters/x509/sign.ts';
import { acmeIssuer } from '#core/acme/issuer.ts';
import type { Catalogue, DeclaredCertificate } from '#core/declaration/model.ts';
import { readDeclarations } from '#core/declaration/read.ts';
import { said } from '#core/facts/said.ts';
import { type AdvanceResult, advance } from '#core/journey/advance.ts';
import type { Correlation, JourneyPorts } from '#core/journey/ports.ts';
import type { AwsQuotas } from '#core/limits/figures.ts';
import { sha256Hex } from '#core/names.ts';
import { caIssuer } from '#core/own-ca/ca-issuer.ts';
import { selfSignedIssuer } from '#core/own-ca/self-signed.ts';
import type { ExecutionInput, Log } from '#core/ports.ts';
import { preflight } from '#core/preflight/preflight.ts';
import { rememberedDns } from '#core/preflight/remembered-dns.ts';
import { privateCaIssuer } from '#core/private-ca/issuer.ts';
import { secretLook } from '#core/sweep/drift.ts';
import { lookAtWindow } from '#core/sweep/look-at-window.ts';
import { type SweepReport, sweep } from '#core/sweep/sweep.ts';
import { FakeAcme, type FakeAcmeOptions } from './fake-acme.ts';
import { fakeBus } from './fake-bus.ts';
import { fakeExecutions } from './fake-executions.ts';
import { fakeLedger } from './fake-ledger.ts';
import { FakePrivateCa } from './fake-private-ca.ts';
import { fakePublicDns, type WrittenDns } from './fake-public-dns.ts';
import { FakeRoute53, type FakeZone } from './fake-route53.ts';
import { FakeSecrets } from './fake-secrets.ts';
import { type Hook, noHook } from './hooks.ts';

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** What every line says at that moment (Correlation). */
  readonly about?: Readonly<Record<string, string>>;
}

export interface WorldOptions {
  readonly zones?: readonly FakeZone[];
  readonly insyncAfterMs?: number;
  readonly acme?: Partial<Omit<FakeAcmeOptions, 'clock' | 'txt' | 'hook'>>;
  readonly hook?: Hook;
  readonly inFlight?: number;
  readonly sweepPeriodMinutes?: number;
  /** KMS key that secrets are expected under; none: any. */
  readonly kmsKey?: string;
  readonly quotas?: Partial<AwsQuotas>;
  /** What the public DNS says beside the zones. */
  readonly dns?: WrittenDns;
  /** CNAME name -> target, as a resolver gives them. */
  readonly cnames?: Readonly<Record<string, string>>;
  /** Names of the setting `clusters`. */
  readonly clusters?: readonly string[];
  /** Settings `secretReaders` and `replicas`; a test may change them while it runs. */
  readonly sharing?: Sharing;
}

const ZONES: readonly FakeZone[] = [
  { id: 'Z1COM', name: 'example.com' },
  { id: 'Z2ORG', name: 'example.org' },
];

const memoryLog = () => {
  const lines: LogLine[] = [];
  const said: { about: Readonly<Record<string, string>> } = { about: {} };
  const at =
    (level: LogLine['level']) =>
    (message: string, fields: LogLine['fields'] = {}) => {
      lines.push({ level, message, fields, ...said });
    };
  const log: Log = { info: at('info'), warn: at('warn'), error: at('error') };
  const correlation: Correlation = {
    about: (fields) => {
      said.about = fields;
    },
  };
  return { log, lines, correlation };
};

/** One deployed Evercert and the world around it. `hook` may be replaced while it runs. */
export const world = (options: WorldOptions = {}) => {
  let now = new Date('2026-11-25T12:00:00.000Z');
  let ids = 0;
  const faults = { hook: options.hook ?? noHook };
  /** State of the secrets' KMS key, as KMS calls it. */
  const kms: { state: string | undefined } = { state: 'Enabled' };
  const hook: Hook = (call) => faults.hook(call);
  const clock = { now: () => new Date(now) };
  const pass = (ms: number) => {
    now = new Date(now.getTime() + ms);
  };
  const timer = { sleep: async (ms: number) => pass(ms) };
  const random = {
    uuid: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
    bytes: (count: number) => Uint8Array.from(Buffer.from(sha256Hex(`bytes ${++ids}`), 'hex').subarray(0, count)),
  };
  const route53 = new FakeRoute53({
    clock,
    zones: options.zones ?? ZONES,
    insyncAfterMs: options.insyncAfterMs ?? 0,
    hook,
  });
  const cname = (name: string) => options.cnames?.[name];
  const txt = async (name: string) => route53.txt(cname(name) ?? name);
  const publicDns = fakePublicDns(options.dns, { ns: (name) => route53.ns(name), txt: (name) => route53.txt(name) });
  const ca = new FakeAcme({ clock, txt, hook, ...options.acme });
  const privateCa = new FakePrivateCa({ clock, timer, hook });
  const ledger = fakeLedger({ hook });
  const secrets = new FakeSecrets({ hook, sharing: options.sharing });
  const executions = fakeExecutions({ hook });
  const { log, lines, correlation } = memoryLog();
  const heard = fakeBus({ hook });
  const bus = { ...heard, ...said({ bus: heard, log, service: 'evercert' }) };
  const quotas = {
    route53PerSecond: 10,
    secretsWritesPerSecond: 50,
    zoneChangesPerSecond: 5,
    privateCaIssuesPerSecond: 25,
    ...options.quotas,
  };
  const settings = { prefix: 'evercert', clusterResourceNamespace: 'cert-manager', quotas };
  const sweepPeriodMs = (options.sweepPeriodMinutes ?? 5) * 60_000;
  let catalogue: Catalogue = { hash: 'none', certificates: [] };

  /** A new composition, without any state of an earlier one: what a new container is. */
  const compose = (): JourneyPorts => {
    const acme = acmeIssuer(
      {
        ca,
        accounts: ledger.accountBook,
        references: secrets.references,
        keys: nodeKeys,
        random,
        clock,
        log,
        dns: route53.provider,
        lookup: { cname: async (name) => cname(name) },
        txt: ledger.txtBook,
        preflight: preflight({
          dns: route53.provider,
          lookup: { cname: async (name) => cname(name) },
          publicDns: rememberedDns(publicDns, clock),
          zoneFacts: route53.facts,
          log,
        }),
        limits: ledger.limits,
      },
      settings,
    );
    const own = { maker: certificateMaker, random, clock, pairs: secrets.pairs };
    const awspca = privateCaIssuer(
      { ca: privateCa.port, limits: ledger.limits, clock, authorities: ledger.authorities },
      settings,
    );
    return {
      clock,
      timer,
      random,
      log,
      correlation,
      bus,
      rows: ledger.claimedRows,
      circuits: ledger.circuits,
      versions: secrets.versions,
      newSecrets: secrets.versions,
      dependents: ledger.dependents,
      labels: secrets.versions,
      deliveries: ledger.deliveryAims,
      keys: nodeKeys,
      keystores: keystoreMaker,
      certificates: certificateMaker,
      limits: ledger.limits,
      references: secrets.references,
      issuers: {
        acme,
        awspca,
        ca: caIssuer({ ...own, authorities: ledger.authorities }, { sweepPeriodMs }),
        selfSigned: selfSignedIssuer(own),
      },
    };
  };

  const ran = new Set<string>();
  const keyOf = ({ uid, run: number }: ExecutionInput) => `${uid} ${number}`;

  const invokeAdvance = (input: ExecutionInput, ports = compose()): Promise<AdvanceResult> =>
    advance(input, {
      ports,
      settings: { prefix: settings.prefix, quotas, sweepPeriodMs },
      deadline: new Date(now.getTime() + 100_000),
    });

  /** One execution to its end, as the state machine does: task, choice, wait. */
  const run = async (input: ExecutionInput): Promise<void> => {
    ran.add(keyOf(input));
    try {
      for (;;) {
        const result = await invokeAdvance(input);
        if (result.done) return;
        pass(Math.max(0, new Date(result.until!).getTime() - now.getTime()));
      }
    } finally {
      executions.end(input);
    }
  };

  const invokeSweep = (): Promise<SweepReport> =>
    sweep(
      {
        clock,
        timer,
        random,
        log,
        declared: ledger.declaredRows,
        catalogue: ledger.catalogueState,
        due: ledger.dueRows,
        turn: ledger.sweepTurn,
        executions,
        rows: ledger.rowReader,
        watched: ledger.watchedRows,
        looks: {
          ariAt: lookAtWindow({ renewalInformation: ca.renewalInformation, log }, { sweepPeriodMs }),
          checkAt: secretLook(
            { secrets: secrets.look, keyStates: { state: async () => kms.state }, sharing: secrets.sharing, log },
            { prefix: settings.prefix, secretsKmsKeyArn: options.kmsKey },
          ),
        },
        txt: ledger.txtBook,
        dns: route53.provider,
        counts: ledger.fleetCounts,
        lags: ledger.deliveryLags,
        circuits: ledger.circuits,
        authorities: ledger.authorities,
        lives: ledger.lives,
        counters: ledger.counters,
        lastSweep: ledger.lastSweep,
        bus,
      },
      { inFlight: options.inFlight ?? 100, sweepPeriodMs, clusterNames: options.clusters ?? [] },
      { catalogue, deadline: new Date(now.getTime() + 200_000) },
    );

  return {
    clock,
    kms,
    pass,
    ca,
    privateCa: privateCa.model,
    ledger,
    secrets,
    bus,
    executions,
    route53,
    publicDns,
    lines,
    faults,
    compose,
    invokeAdvance,
    invokeSweep,
    run,
    /** Ends an execution that the test has carried on by itself; `tick` leaves it alone. */
    end(input: ExecutionInput): void {
      ran.add(keyOf(input));
      executions.end(input);
    },
    /** What the declarations say from the next deploy on. */
    async deploy(yaml: string): Promise<readonly DeclaredCertificate[]> {
      const read = readDeclarations([{ file: 'declarations.yaml', text: yaml }], {
        scope: 'folder',
        ...(options.clusters === undefined ? {} : { clusters: options.clusters }),
      });
      const errors = read.problems.filter(({ severity }) => severity === 'error');
      if (errors.length > 0) throw new Error(JSON.stringify(errors));
      catalogue = read.catalogue;
      await ledger.catalogueState.want({ hash: catalogue.hash, now });
      return catalogue.certificates;
    },
    /** A sweep, then every execution that it started, one after the other. */
    async tick(): Promise<SweepReport> {
      const report = await invokeSweep();
      for (const input of executions.started()) {
        if (ran.has(keyOf(input))) continue;
        await run(input);
      }
      return report;
    },
    /** The secret's JSON under AWSCURRENT. */
    current(name: string): Record<string, string> {
      return JSON.parse(secrets.text(`evercert/${name}`) ?? '{}') as Record<string, string>;
    },
  };
};

export type World = ReturnType<typeof world>;

const list = (items: readonly string[]): string => items.map((item) => `    - "${item}"`).join('\n');

/** YAML of one ClusterIssuer `le`. */
export const issuerYaml = (options: { server?: string; profile?: string; solver?: string } = {}): string => `
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata:
  name: le
spec:
  acme:
    server: ${options.server ?? 'https://ca.test/directory'}
    email: ops@example.com
${options.profile === undefined ? '' : `    profile: ${options.profile}\n`}    privateKeySecretRef:
      name: le-account
    solvers:
      - dns01:
          ${options.solver ?? 'route53: {}'}
---
`;

/** YAML of one Certificate in `default` at the ClusterIssuer `le`. */
export const certificateYaml = (name: string, dnsNames: readonly string[], more = ''): string => `
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: ${name}
spec:
  secretName: ${name}-tls
  issuerRef:
    name: le
    kind: ClusterIssuer
  dnsNames:
${list(dnsNames)}
  privateKey:
    algorithm: ECDSA
${more}
---
`;
