// Answers that the gateway gives in AWS's place, in the shape of each protocol. It must never decide whether to give them.
import { randomUUID } from 'node:crypto';
import type { CallIdentity, SeenRequest } from './identify.ts';
import type { FaultKind } from './settings.ts';
import { escapeXml } from './xml.ts';

export interface Answered {
  status: number;
  /** Flat name, value, name, value ... */
  rawHeaders: string[];
  body: Buffer;
}

export const ROUTE53_NAMESPACE = 'https://route53.amazonaws.com/doc/2013-04-01/';

/** An XML answer of Route53. */
export const xmlAnswer = (status: number, xml: string): Answered => {
  const body = Buffer.from(`<?xml version="1.0"?>\n${xml}`);
  return {
    status,
    rawHeaders: ['Content-Type', 'text/xml', 'x-amzn-RequestId', randomUUID(), 'Content-Length', String(body.length)],
    body,
  };
};

/** An error of a REST-XML or Query API: `<ErrorResponse><Error><Type><Code><Message>`. */
export const xmlError = (status: number, code: string, message: string): Answered => {
  const type = status < 500 ? 'Sender' : 'Receiver';
  const error = `<Error><Type>${type}</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return xmlAnswer(
    status,
    `<ErrorResponse xmlns="${ROUTE53_NAMESPACE}">${error}<RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  );
};

/** Route53's refusal of a batch: its messages in one bracketed list, as the live service writes them (aws-sdk-kotlin #1435). */
export const batchRefusal = (code: string, messages: readonly string[]): Answered =>
  xmlError(400, code, code === 'InvalidChangeBatch' ? `[${messages.join(', ')}]` : messages.join(', '));

function jsonError(status: number, code: string, message: string): Answered {
  const body = Buffer.from(JSON.stringify({ __type: code, message, Message: message }));
  return {
    status,
    rawHeaders: [
      'Content-Type',
      'application/x-amz-json-1.1',
      'x-amzn-ErrorType',
      code,
      'x-amzn-RequestId',
      randomUUID(),
      'Content-Length',
      String(body.length),
    ],
    body,
  };
}

/** The error that a fault of this kind shows to this caller. */
export function faultAnswer(kind: FaultKind, call: CallIdentity, request: SeenRequest): Answered {
  const isJson = 'x-amz-target' in request.headers || ['lambda', 'scheduler'].includes(call.service);
  if (kind === 'prior-request') {
    const why = 'The request was rejected because Route 53 was still processing a prior request.';
    return xmlError(400, 'PriorRequestNotComplete', why);
  }
  if (kind === 'throttle') {
    const status = ['lambda', 'scheduler'].includes(call.service) ? 429 : 400;
    if (!isJson) return xmlError(400, 'Throttling', 'Rate exceeded');
    return jsonError(status, status === 429 ? 'TooManyRequestsException' : 'ThrottlingException', 'Rate exceeded');
  }
  const why = 'We encountered an internal error. Please try again.';
  return isJson ? jsonError(500, 'InternalServerError', why) : xmlError(500, 'InternalFailure', why);
}

/** The error code of an answer: header, JSON `__type`/`code`, or XML `<Code>`. */
export function errorCodeOf(headers: Readonly<Record<string, unknown>>, body: string): string | undefined {
  const header = headers['x-amzn-errortype'];
  const found =
    (typeof header === 'string' ? header : undefined) ??
    /"(?:__type|code|Code)"\s*:\s*"([^"]+)"/.exec(body)?.[1] ??
    /<Code>([^<]+)<\/Code>/.exec(body)?.[1];
  return found?.split(':')[0]?.split('#').at(-1);
}
