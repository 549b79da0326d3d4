// The answer that CloudFormation waits for from a custom resource (User Guide, "Custom resource response objects").
import { EvercertError } from '#core/errors.ts';

export interface CustomResourceRequest {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
}

const put = async (request: CustomResourceRequest, result: { Status: 'SUCCESS' | 'FAILED'; Reason?: string }) => {
  const { StackId, RequestId, LogicalResourceId } = request;
  const body = JSON.stringify({
    ...result,
    StackId,
    RequestId,
    LogicalResourceId,
    PhysicalResourceId: LogicalResourceId,
  });
  const answer = await fetch(request.ResponseURL, { method: 'PUT', body, headers: { 'content-type': '' } });
  if (!answer.ok) throw new EvercertError('AWS_UNAVAILABLE', `CloudFormation's response URL answered ${answer.status}`);
};

/** Runs `act` and tells CloudFormation how it went; a failure is told, then rethrown for the log. */
export const answerCloudFormation = async (request: CustomResourceRequest, act: () => Promise<void>): Promise<void> => {
  try {
    await act();
  } catch (error) {
    await put(request, { Status: 'FAILED', Reason: (error as Error).message.slice(0, 500) });
    throw error;
  }
  await put(request, { Status: 'SUCCESS' });
};
