// What the benchmark reads off logs, records, histories and /proc.
import { describe, expect, it } from 'vitest';
import { requestsIn } from '#local/bench/acme-log.ts';
import { stepsOf } from '#local/bench/executions.ts';
import { processOf } from '#local/bench/processes.ts';
import { callsOfFunctions, promotions } from '#local/bench/run.ts';
import type { RecordedCall } from '#local/gateway/calls.ts';

const call = (change: Partial<RecordedCall>): RecordedCall => ({
  at: '2026-11-25T08:00:00.000Z',
  service: 'secretsmanager',
  action: 'secretsmanager:UpdateSecretVersionStage',
  permissions: [],
  appId: 'evercert-advance',
  resource: { secretId: 'evercert/bench/a', versionStage: 'AWSCURRENT' },
  status: 200,
  ms: 1,
  ...change,
});

describe("Pebble's log", () => {
  it('has one line a request that counts, among others', () => {
    const log = [
      'Pebble 2026/11/25 07:48:16 ACME directory available at: https://127.0.0.1:1/dir',
      'Pebble 2026/11/25 07:48:16 GET /dir -> calling handler()',
      'Pebble 2026/11/25 07:48:47 HEAD /nonce-plz -> calling handler()',
      'Pebble 2026/11/25 07:48:47 POST /order-plz -> calling handler()',
      'Pebble 2026/11/25 07:48:47 There are now 1 orders in the db',
    ].join('\n');
    expect(requestsIn(log)).toBe(3);
  });
});

describe("the gateway's record", () => {
  const from = Date.parse('2026-11-25T07:59:58.500Z');

  it('tells when AWSCURRENT of each secret was moved first', () => {
    const calls = [
      call({ at: '2026-11-25T07:59:59.000Z' }),
      call({ at: '2026-11-25T08:00:09.000Z' }),
      call({ resource: { secretId: 'evercert/bench/b', versionStage: 'AWSCURRENT' } }),
    ];
    expect([...promotions(calls, from)]).toEqual([
      ['evercert/bench/a', 500],
      ['evercert/bench/b', 1_500],
    ]);
  });

  it('passes over labels that are dropped, and moves that were refused', () => {
    const dropped = call({ resource: { secretId: 'evercert/bench/a', versionStage: 'evercert-r1' } });
    expect(promotions([dropped, call({ status: 400 })], from).size).toBe(0);
  });

  it('takes a new secret for the certificate where the issuer signs here', () => {
    const created = call({ action: 'secretsmanager:CreateSecret', resource: { secretId: 'evercert/bench/a' } });
    expect([...promotions([created], from, 'certificate')]).toEqual([['evercert/bench/a', 1_500]]);
    expect(promotions([created], from).size).toBe(0);
  });

  it("counts the functions' calls by service, and nobody else's", () => {
    const calls = [
      call({}),
      call({ service: 'dynamodb', appId: 'evercert-sweep' }),
      call({ service: 'dynamodb' }),
      call({ service: 'route53' }),
      call({ service: 'states', action: 'states:StartExecution', appId: 'evercert-sweep' }),
      call({ service: 'states', action: 'states:ListExecutions', appId: 'evercert-sweep' }),
      call({ service: 'events', action: 'events:PutEvents' }),
      call({ service: 'dynamodb', appId: 'evercert-local-cdk' }),
      (({ appId: _nobody, ...anonymous }) => anonymous)(call({ service: 'dynamodb' })),
    ];
    expect(callsOfFunctions(calls)).toEqual({
      route53: 1,
      secretsmanager: 1,
      dynamodb: 2,
      states: 1,
      events: 1,
      aws: 6,
    });
  });
});

describe("an execution's history", () => {
  const events = (...types: string[]) => types.map((type) => ({ type }) as Parameters<typeof stepsOf>[0][number]);

  it('of one call has three transitions: task, choice, end', () => {
    const once = ['ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskSucceeded', 'TaskStateExited'];
    const end = ['ChoiceStateEntered', 'ChoiceStateExited', 'SucceedStateEntered', 'ExecutionSucceeded'];
    expect(stepsOf(events(...once, ...end))).toEqual({ transitions: 3, invocations: 1 });
  });

  it('counts each retry of a task as a transition, as AWS bills it', () => {
    const retried = ['TaskStateEntered', 'LambdaFunctionScheduled', 'LambdaFunctionFailed', 'LambdaFunctionScheduled'];
    expect(stepsOf(events(...retried))).toEqual({ transitions: 2, invocations: 2 });
  });
});

describe('a line of /proc/<pid>/stat', () => {
  it('gives parent, CPU time with that of ended children, and resident memory, whatever the name', () => {
    const line =
      '4242 (node (worker) 1) S 4000 4242 4242 0 -1 4194304 9000 0 0 0 120 30 40 10 20 0 11 0 5000 700000000 25600 1';
    expect(processOf(line)).toEqual({ pid: 4242, parent: 4000, cpuMs: 2_000, residentMb: 100 });
  });
});
