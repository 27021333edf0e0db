import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { LifeboatError } from '../../contract/errors.ts';
import { type S3Call, s3Error } from './s3-errors.ts';

const call: S3Call = { verb: 'write', key: 'p/vault/a.snap', bucket: 'b', endpoint: 'https://s3.example' };

function sdkError(name: string, message: string, fields: object = {}): Error {
  return Object.assign(new Error(message), { name }, fields);
}

test('nothing of the signed request passes into the error', () => {
  const error = s3Error(
    sdkError('AccessDenied', 'denied for Credential=AKIA1/20260101/x Signature=abc', {
      $metadata: { httpStatusCode: 403 },
      $response: { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=AKIA1' } },
      StringToSign: 'AKIA1',
    }),
    call,
  );
  assert.match(
    error.message,
    /^cannot write p\/vault\/a\.snap in bucket b at https:\/\/s3\.example: access is denied$/,
  );
  assert.doesNotMatch(inspect(error, { depth: 20, showHidden: true }), /AKIA1|abc/);
});

test('line ends and length of foreign sentences are tamed', () => {
  const error = s3Error(
    sdkError('Odd', `one\ntwo ${'x'.repeat(1000)}`, { $metadata: { httpStatusCode: 400 } }),
    call,
  );
  assert.match(error.message, /Odd: one two x+\.\.\.$/);
  assert.ok(error.message.length < 500);
});

test('a denial names the permission that is missing', () => {
  const denied = sdkError('AccessDenied', 'no', { $metadata: { httpStatusCode: 403 } });
  assert.match(s3Error(denied, { ...call, verb: 'list' }).hint ?? '', /s3:ListBucket/);
  assert.match(s3Error(denied, { ...call, verb: 'read' }).hint ?? '', /s3:GetObject/);
  assert.match(s3Error(denied, { ...call, verb: 'write' }).hint ?? '', /s3:PutObject/);
  assert.match(s3Error(denied, { ...call, verb: 'remove' }).hint ?? '', /s3:DeleteObject/);
});

test('an existing object after a repeated request may be of this very upload', () => {
  const exists = (attempts: number): string =>
    s3Error(sdkError('PreconditionFailed', 'x', { $metadata: { httpStatusCode: 412, attempts } }), call)
      .message;
  assert.doesNotMatch(exists(1), /this very upload/);
  assert.match(exists(2), /this very upload/);
});

for (const [code, says, retryable] of [
  ['ENOTFOUND', /unknown to DNS/, true],
  ['EAI_AGAIN', /DNS does not answer/, true],
  ['ECONNREFUSED', /connection refused/, true],
  ['ECONNRESET', /connection was cut/, true],
  ['ETIMEDOUT', /no answer in time/, true],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', /certificate is not accepted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/, false],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /certificate is not accepted/, false],
  ['CERT_HAS_EXPIRED', /certificate is not accepted/, false],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /certificate is not accepted/, false],
  ['HPE_INVALID_CONSTANT', /no HTTP/, false],
] as const) {
  test(`${code} of the network is said in plain words`, () => {
    // The SDK calls cut connections TimeoutError; the code says more.
    for (const name of ['Error', 'TimeoutError']) {
      if (name === 'TimeoutError' && !code.startsWith('ECONN')) continue;
      const error = s3Error(sdkError(name, 'raw', { code }), call);
      assert.equal(error.exit, 'store');
      assert.match(error.message, says);
      assert.equal(error.retryable, retryable);
    }
  });
}

test('missing credentials and a missing region name what to set', () => {
  assert.match(s3Error(sdkError('CredentialsProviderError', 'x'), call).hint ?? '', /store\.s3\.secretRef/);
  assert.match(s3Error(new Error('Region is missing'), call).hint ?? '', /store\.s3\.region/);
});

test("lifeboat's own errors pass as they are", () => {
  const own = new LifeboatError('integrity', 'cut');
  assert.equal(s3Error(own, call), own);
});
