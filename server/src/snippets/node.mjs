// npm install @alicloud/pop-core
import RPCClient from '@alicloud/pop-core';

// Of whoever may read the secret: not the pair that rotates.
const kms = new RPCClient({
  accessKeyId: process.env.READER_ACCESS_KEY_ID,
  accessKeySecret: process.env.READER_ACCESS_KEY_SECRET,
  endpoint: 'https://kms.{region}.aliyuncs.com',
  apiVersion: '2016-01-20',
});
let pair;

/** Runs use(accessKeyId, accessKeySecret); once more with the new pair where the old one is refused: after a rotation. */
export async function call(use) {
  for (let isAgain = false; ; isAgain = true) {
    pair ??= JSON.parse((await kms.request('GetSecretValue', { SecretName: '{name}' }, { method: 'POST' })).SecretData);
    try {
      return await use(pair.AccessKeyId, pair.AccessKeySecret);
    } catch (error) {
      if (isAgain || !String(error.code).startsWith('InvalidAccessKeyId')) throw error;
      pair = undefined;
    }
  }
}
