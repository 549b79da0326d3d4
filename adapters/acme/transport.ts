// How acme-client's requests really go out. Its axios instance is one for the process, so this is put in once, and each
// call brings its own surroundings along (call.ts). It must never wait, retry or resend: a signed body goes out once.
import acmeAxios from 'acme-client/src/axios.js';
import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import axios from 'axios/dist/node/axios.cjs';
import { EvercertError } from '#core/errors.ts';
import { type Json, jsonObject, problemDocument } from './bodies.ts';
import { type AcmeRequest, type Call, calls, type Resource } from './call.ts';
import type { Directory } from './endpoint.ts';
import { networkError } from './network-errors.ts';
import { isProblem, refusalError } from './problems.ts';

/** Whose answers have no JSON body; that of keyChange is left to the CA (RFC 8555 section 7.3.5: Pebble sends none). */
const NO_JSON: ReadonlySet<Resource> = new Set(['newNonce', 'certificate', 'keyChange']);
const MAX_BODY_BYTES = 1_000_000;

/** A badNonce answer (RFC 8555 section 6.5): nothing happened at the CA, so that the call may be signed again. */
export class BadNonce extends Error {}

const send = axios.getAdapter('http');

const resourceOf = (call: Call, config: InternalAxiosRequestConfig): Resource => {
  if (config.method === 'head') return 'newNonce';
  return config.method === 'get' ? 'directory' : call.resource;
};

/** Sends one request; gives the answer with its body as text. */
const sendOnce = async (call: Call, config: InternalAxiosRequestConfig): Promise<AxiosResponse<string>> => {
  const url = String(config.url);
  const method = String(config.method).toUpperCase() as AcmeRequest['method'];
  const resource = resourceOf(call, config);
  config.headers.set('User-Agent', call.userAgent);
  // A copy: axios would report the time limit as its own if it saw the signal.
  const limited = {
    ...config,
    httpsAgent: call.endpoint.agent(),
    signal: AbortSignal.timeout(call.timeoutMs),
    maxRedirects: config.method === 'get' ? 3 : 0,
    maxContentLength: MAX_BODY_BYTES,
    validateStatus: null,
  };
  try {
    const response: AxiosResponse<string> = await send(limited);
    call.onRequest({ method, resource, status: response.status });
    return response;
  } catch (thrown) {
    call.onRequest({ method, resource });
    call.endpoint.forgetDirectory();
    throw networkError(thrown, url, call.timeoutMs);
  }
};

const header = (response: AxiosResponse, name: string): string | undefined => {
  const value: unknown = response.headers[name];
  return typeof value === 'string' ? value : undefined;
};

/** Throws what the answer refuses; keeps its nonce and headers. */
const judged = (call: Call, resource: Resource, response: AxiosResponse<string>): AxiosResponse<string> => {
  const url = String(response.config.url);
  const nonce = header(response, 'replay-nonce');
  // The answer to HEAD newNonce is spent at once by the one who asked.
  if (nonce !== undefined && resource !== 'newNonce') call.endpoint.nonces.keep(nonce);
  const retryAfter = header(response, 'retry-after');
  const link = header(response, 'link');
  call.answer = {
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(link === undefined ? {} : { link }),
  };
  const { status } = response;
  if (status >= 200 && status < 300) return response;
  if (status < 400) throw new EvercertError('CA_PROTOCOL', `${url} answered ${status}`, { detail: { action: url } });
  const problem = problemDocument(response.data);
  if (isProblem(problem, 'badNonce')) throw new BadNonce(`${url} answered badNonce`);
  if (status === 404 || status === 405 || status >= 500) call.endpoint.forgetDirectory();
  const refusal = { url, resource, status, retryAfter, now: call.clock.now() };
  throw refusalError(problem === undefined ? refusal : { ...refusal, problem });
};

const isDirectory = (value: Json): value is Json & Directory =>
  ['newNonce', 'newAccount', 'newOrder'].every((key) => typeof value[key] === 'string');

const fetchDirectory = async (call: Call, config: InternalAxiosRequestConfig): Promise<Directory> => {
  const url = String(config.url);
  const response = judged(call, 'directory', await sendOnce(call, config));
  const content = jsonObject(response.data, url);
  if (isDirectory(content)) return content;
  throw new EvercertError('CA_PROTOCOL', `${url} is no ACME directory`, { detail: { action: url } });
};

/** An answer from memory. */
const remembered = (
  config: InternalAxiosRequestConfig,
  answer: { data?: unknown; headers?: Record<string, string> },
): AxiosResponse => ({ status: 200, statusText: '', data: answer.data ?? '', headers: answer.headers ?? {}, config });

const knownDirectory = async (call: Call, config: InternalAxiosRequestConfig): Promise<AxiosResponse> => {
  try {
    return remembered(config, { data: await call.endpoint.directory(() => fetchDirectory(call, config)) });
  } catch (thrown) {
    call.endpoint.forgetDirectory();
    throw thrown;
  }
};

const adapter = async (config: InternalAxiosRequestConfig): Promise<AxiosResponse> => {
  const call = calls.getStore();
  if (call === undefined) throw new EvercertError('INTERNAL', 'an ACME request outside of a call');
  const resource = resourceOf(call, config);
  if (resource === 'directory') return knownDirectory(call, config);
  if (resource === 'newNonce') {
    const nonce = call.endpoint.nonces.take();
    if (nonce !== undefined) return remembered(config, { headers: { 'replay-nonce': nonce } });
  }
  const response = judged(call, resource, await sendOnce(call, config));
  if (NO_JSON.has(resource)) return response;
  return { ...response, data: jsonObject(response.data, String(config.url)) };
};

// acme-client's own interceptors sleep for as long as the CA says and then resend the same signed body.
acmeAxios.interceptors.request.clear();
acmeAxios.interceptors.response.clear();
acmeAxios.defaults.adapter = adapter;

/** The directory of the current call, from memory where it is known. */
export const readDirectory = async (url: string): Promise<Directory> => (await acmeAxios.get<Directory>(url)).data;
