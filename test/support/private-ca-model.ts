// ACM Private CA in memory, as strict as AWS where moto is lax: it takes the SDK's commands in place of a client, signs
// by template, remembers tokens for five minutes, and lets a certificate wait. It must never know who calls it.
import {
  type ACMPCAClient,
  DescribeCertificateAuthorityCommand,
  GetCertificateAuthorityCertificateCommand,
  GetCertificateCommand,
  IssueCertificateCommand,
  type IssueCertificateRequest,
} from '@aws-sdk/client-acm-pca';
import { makePrivateAuthority, readRequest, signByTemplate, TEMPLATES } from './private-ca-signing.ts';
import { awsError, type SentCommand } from './sdk-errors.ts';
import type { Authority, SigningAlgorithm } from './signing.ts';

const DAY = 86_400_000;
const TOKEN_MS = 5 * 60_000;

export interface ModelCa {
  readonly arn: string;
  readonly algorithm: SigningAlgorithm;
  readonly authority: Authority;
  readonly parent: ModelCa | undefined;
  readonly notAfter: Date;
  usageMode: 'GENERAL_PURPOSE' | 'SHORT_LIVED_CERTIFICATE';
  status: string;
}

export interface CaWish {
  readonly algorithm?: SigningAlgorithm;
  readonly usageMode?: ModelCa['usageMode'];
  readonly notAfter?: Date;
  readonly parent?: ModelCa;
  readonly id?: string;
}

export interface ModelOptions {
  readonly clock: { now(): Date };
  /** How often a certificate answers RequestInProgress first; default 1, as AWS does. */
  readonly looks?: number;
}

export class PrivateCaModel {
  readonly cas = new Map<string, ModelCa>();
  /** Every call with what it asked, in order: also those that were refused. */
  readonly sent: SentCommand[] = [];
  /** Certificates that were issued, and would be billed. */
  readonly issued = new Map<string, { pem: string; ca: ModelCa; looks: number; input: IssueCertificateRequest }>();
  /** Calls of these actions are answered ThrottlingException; `all`: of every one. */
  throttled: readonly string[] | 'all' = [];
  /** Each certificate answers RequestInProgress so often. */
  looks: number;
  readonly #clock: { now(): Date };
  /** Counted before they are signed: several may be at once. */
  #certificates = 0;
  readonly #tokens = new Map<string, { arn: string; at: number }>();

  constructor({ clock, looks = 1 }: ModelOptions) {
    this.#clock = clock;
    this.looks = looks;
  }

  get client(): ACMPCAClient {
    return this as unknown as ACMPCAClient;
  }

  count(action: string): number {
    return this.sent.filter((one) => one.action === action).length;
  }

  /** An active CA: a root of ten years unless told. */
  async addCa(wish: CaWish = {}): Promise<ModelCa> {
    const now = this.#clock.now();
    const id = wish.id ?? `00000000-0000-4000-8000-${String(this.cas.size + 1).padStart(12, '0')}`;
    const { algorithm = 'ECDSA', notAfter = new Date(now.getTime() + 3650 * DAY), parent } = wish;
    const ca: ModelCa = {
      arn: `arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/${id}`,
      algorithm,
      authority: await makePrivateAuthority({
        name: `Private CA ${this.cas.size + 1}`,
        algorithm,
        notBefore: new Date(now.getTime() - DAY),
        notAfter,
        parent: parent?.authority,
      }),
      parent,
      notAfter,
      usageMode: wish.usageMode ?? 'GENERAL_PURPOSE',
      status: 'ACTIVE',
    };
    this.cas.set(ca.arn, ca);
    return ca;
  }

  async send(command: { input: object }): Promise<unknown> {
    const action = command.constructor.name.replace(/Command$/, '');
    this.sent.push({ action, input: command.input as Record<string, unknown> });
    if (this.throttled === 'all' || this.throttled.includes(action))
      throw awsError('ThrottlingException', 'Rate exceeded');
    if (command instanceof DescribeCertificateAuthorityCommand)
      return this.#describe(command.input.CertificateAuthorityArn!);
    if (command instanceof IssueCertificateCommand) return this.#issue(command.input);
    if (command instanceof GetCertificateCommand) return this.#get(command.input.CertificateArn!);
    if (command instanceof GetCertificateAuthorityCertificateCommand)
      return this.#chain(this.#ca(command.input.CertificateAuthorityArn!));
    throw new Error(`the in-memory Private CA does not know ${action}`);
  }

  #ca(arn: string): ModelCa {
    const ca = this.cas.get(arn);
    if (ca === undefined) throw awsError('ResourceNotFoundException', `Could not find certificate authority ${arn}`);
    return ca;
  }

  #describe(arn: string): unknown {
    const { algorithm, notAfter, status, usageMode } = this.#ca(arn);
    const SigningAlgorithm = `SHA256WITH${algorithm}`;
    const CertificateAuthorityConfiguration = { KeyAlgorithm: 'EC_prime256v1', SigningAlgorithm, Subject: {} };
    return {
      CertificateAuthority: {
        Arn: arn,
        Status: status,
        UsageMode: usageMode,
        NotAfter: notAfter,
        CertificateAuthorityConfiguration,
      },
    };
  }

  #end({ Validity }: IssueCertificateRequest): Date {
    const { Type, Value } = Validity!;
    if (!Number.isInteger(Value)) throw awsError('InvalidArgsException', 'The validity is not a whole number');
    if (Type === 'ABSOLUTE') return new Date(Value! * 1_000);
    if (Type === 'DAYS') return new Date(this.#clock.now().getTime() + Value! * DAY);
    throw awsError('InvalidArgsException', `The in-memory Private CA takes no validity of type ${Type}`);
  }

  #demandEnd(ca: ModelCa, notAfter: Date): void {
    const ms = notAfter.getTime() - this.#clock.now().getTime();
    if (ms < 1_000) throw awsError('InvalidArgsException', 'The certificate would end in the past');
    if (notAfter > ca.notAfter) throw awsError('InvalidArgsException', 'The certificate would outlive its CA');
    if (ca.usageMode === 'SHORT_LIVED_CERTIFICATE' && ms > 7 * DAY)
      throw awsError('InvalidArgsException', 'A short-lived CA issues for at most 7 days');
  }

  async #issue(input: IssueCertificateRequest): Promise<unknown> {
    const ca = this.#ca(input.CertificateAuthorityArn!);
    const { IdempotencyToken: token, TemplateArn = '', SigningAlgorithm = '' } = input;
    if ((token?.length ?? 0) > 36) throw awsError('ValidationException', 'The token is longer than 36 characters');
    if (ca.status !== 'ACTIVE') throw awsError('InvalidStateException', `The certificate authority is ${ca.status}`);
    const now = this.#clock.now();
    const before = this.#tokens.get(`${ca.arn} ${token}`);
    if (before !== undefined && now.getTime() - before.at < TOKEN_MS) return { CertificateArn: before.arn };
    const template = TEMPLATES[/^arn:aws:acm-pca:::template\/(.+)$/.exec(TemplateArn)?.[1] ?? ''];
    if (template === undefined) throw awsError('InvalidArgsException', `There is no template ${TemplateArn}`);
    if (!SigningAlgorithm.endsWith(ca.algorithm))
      throw awsError('InvalidArgsException', 'The signing algorithm does not fit the key of the CA');
    const request = await readRequest(Buffer.from(input.Csr!).toString('utf8'));
    if (request === undefined)
      throw awsError('MalformedCSRException', 'The request is none, or its signature is wrong');
    const notAfter = this.#end(input);
    this.#demandEnd(ca, notAfter);
    this.#certificates += 1;
    const arn = `${ca.arn}/certificate/${String(this.#certificates).padStart(32, '0')}`;
    const notBefore = new Date(now.getTime() - 3_600_000);
    const signed = { request, template, authority: ca.authority, signingAlgorithm: SigningAlgorithm };
    const pem = await signByTemplate({ ...signed, notBefore, notAfter });
    this.issued.set(arn, { pem, ca, looks: 0, input });
    if (token !== undefined) this.#tokens.set(`${ca.arn} ${token}`, { arn, at: now.getTime() });
    return { CertificateArn: arn };
  }

  #chain(ca: ModelCa): { Certificate: string; CertificateChain?: string } {
    const above: string[] = [];
    for (let one = ca.parent; one !== undefined; one = one.parent)
      above.push(one.authority.certificate.toString('pem'));
    const Certificate = ca.authority.certificate.toString('pem');
    return above.length === 0 ? { Certificate } : { Certificate, CertificateChain: above.join('\n') };
  }

  #get(arn: string): unknown {
    const found = this.issued.get(arn);
    if (found === undefined) throw awsError('ResourceNotFoundException', `Could not find certificate ${arn}`);
    if (found.looks++ < this.looks) throw awsError('RequestInProgressException', 'The request is in progress');
    const { Certificate, CertificateChain } = this.#chain(found.ca);
    return { Certificate: found.pem, CertificateChain: [Certificate, CertificateChain ?? ''].join('\n').trim() };
  }
}
