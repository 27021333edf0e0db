/** Failures below a store's own protocol: names, connections, TLS, silence, and answers of some other server. */
import { messageOf, systemCode } from '../../contract/errors.ts';
import type { Meaning } from './failure.ts';

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: nothing listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'the name is unknown to DNS',
  EAI_AGAIN: 'DNS does not answer',
  EHOSTUNREACH: 'the host is unreachable',
  ENETUNREACH: 'the network is unreachable',
  ETIMEDOUT: 'no answer in time',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped coming',
};

/** What helps where the address is wrong, in the words of lifeboat.yaml. */
export interface NetworkHints {
  /** `an S3 server` */
  readonly protocol: string;
  /** `store.s3.endpoint` */
  readonly endpoint: string;
  readonly unknownName: string;
  readonly certificate: string;
}

/** The reason of a connection that failed; undefined where the failure is of another kind. */
export function networkReason(error: unknown): string | undefined {
  return REASONS[codeOf(error)];
}

/** The failure's own code, or that of what a client wrapped. */
function codeOf(error: unknown): string {
  return systemCode(error) ?? systemCode((error as { cause?: unknown } | null | undefined)?.cause) ?? '';
}

/** undefined where the failure is of another kind. */
export function networkMeaning(error: unknown, hints: NetworkHints): Meaning | undefined {
  const code = codeOf(error);
  const message = messageOf(error);
  if (error instanceof Error && error.name === 'TimeoutError' && !(code in REASONS && code !== 'ETIMEDOUT')) {
    return { reason: 'no answer in time', retryable: true };
  }
  const reason = REASONS[code];
  if (reason !== undefined) {
    return { reason, retryable: true, hint: code === 'ENOTFOUND' ? hints.unknownName : undefined };
  }
  if (code === 'EPROTO' || /wrong version number|packet length too long/i.test(message)) {
    return {
      reason: 'the server does not speak TLS',
      hint: 'write the endpoint with http://, or turn TLS on there',
    };
  }
  if (/^ERR_TLS|CERT|SELF_SIGNED|UNABLE_TO/.test(code)) {
    return {
      reason: `its certificate is not accepted (${code})`,
      hint: hints.certificate,
    };
  }
  if (code.startsWith('HPE_')) {
    return { reason: 'the answer is no HTTP', hint: 'write the endpoint with https://, or correct its port' };
  }
  if (/deserialization|premature|aborted|stream closed before|socket hang up/i.test(message)) {
    const cut = !/deserialization/i.test(message);
    return {
      reason: cut ? 'the connection was cut' : `the answer is not that of ${hints.protocol}`,
      hint: cut ? undefined : `correct ${hints.endpoint}`,
      retryable: cut,
    };
  }
  return undefined;
}
