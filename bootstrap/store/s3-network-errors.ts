/** Failures below S3 itself: names, connections, TLS, silence, and answers that are no S3. */
import { messageOf, systemCode } from '../../contract/errors.ts';
import type { Meaning } from './s3-meanings.ts';

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: nothing listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'the name is unknown to DNS',
  EAI_AGAIN: 'DNS does not answer',
  EHOSTUNREACH: 'the host is unreachable',
  ENETUNREACH: 'the network is unreachable',
  ETIMEDOUT: 'no answer in time',
};

const NAME_HINT =
  'correct store.s3.endpoint; where it has no name for each bucket, leave store.s3.forcePathStyle on';

/** undefined where the failure is of another kind. */
export function networkMeaning(error: unknown): Meaning | undefined {
  const code =
    systemCode(error) ?? systemCode((error as { cause?: unknown } | null | undefined)?.cause) ?? '';
  const message = messageOf(error);
  if (error instanceof Error && error.name === 'TimeoutError' && !(code in REASONS && code !== 'ETIMEDOUT')) {
    return { reason: 'no answer in time', retryable: true };
  }
  const reason = REASONS[code];
  if (reason !== undefined) {
    return { reason, retryable: true, hint: code === 'ENOTFOUND' ? NAME_HINT : undefined };
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
      hint: 'set store.s3.ca to the CA that signed it, and store.s3.endpoint to a name that is in it',
    };
  }
  if (code.startsWith('HPE_')) {
    return { reason: 'the answer is no HTTP', hint: 'write the endpoint with https://, or correct its port' };
  }
  if (/deserialization|premature|aborted|stream closed before|socket hang up/i.test(message)) {
    const cut = !/deserialization/i.test(message);
    return {
      reason: cut ? 'the connection was cut' : 'the answer is not that of an S3 server',
      hint: cut ? undefined : 'correct store.s3.endpoint',
      retryable: cut,
    };
  }
  return undefined;
}
