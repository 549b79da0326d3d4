// Errors in the shape in which the SDK throws them, and a client that answers by hand. It must never reach a network.

/** An AWS answer of that name and status. */
export const awsError = (name: string, message = '', status = 400): Error =>
  Object.assign(new Error(message), {
    name,
    $fault: status < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode: status, requestId: 'request-1' },
  });

/** No answer at all. */
export const connectionError = (code: string): Error =>
  Object.assign(new Error(`connect ${code}`), { code, $metadata: { attempts: 3 } });

export interface SentCommand {
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** A client whose answers are given by hand, one per call; the last one stays. Errors are thrown. */
export const answering = <Client>(...answers: readonly unknown[]): { client: Client; sent: SentCommand[] } => {
  const sent: SentCommand[] = [];
  const send = async (command: { input: Record<string, unknown> }): Promise<unknown> => {
    const answer = answers[Math.min(sent.length, answers.length - 1)];
    sent.push({ action: command.constructor.name.replace(/Command$/, ''), input: command.input });
    if (answer instanceof Error) throw answer;
    return typeof answer === 'function' ? answer(command.input) : answer;
  };
  return { client: { send } as unknown as Client, sent };
};
