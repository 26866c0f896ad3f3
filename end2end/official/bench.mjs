// How long the vendor's JavaScript SDK takes to list and to create, one after the other, in milliseconds, as JSON.
//
//     bench.mjs <sandbox port> <rounds>
import Core from '@alicloud/pop-core';

const [port, rounds] = process.argv.slice(2).map(Number);
const sandbox = `http://127.0.0.1:${port}`;
const client = new Core({
  accessKeyId: 'LTAI5tKeyturnSandboxAdmin1', accessKeySecret: 'KeyturnSandboxAdminSecret00001', endpoint: sandbox, apiVersion: '2016-01-20',
  opts: { method: 'POST' },
});
const user = 'checkout-api';
const keys = (await (await fetch(`${sandbox}/_sandbox/access-keys`)).json()).filter((key) => key.userName === user);
const pairs = keys.map((key) => ({ AccessKeyId: key.accessKeyId, AccessKeySecret: key.accessKeySecret }));
const filters = JSON.stringify([{ Key: 'SecretType', Values: ['RAMCredentials'] }]);

const timed = async (action, parameters) => {
  const began = performance.now();
  const answer = await client.request(action, parameters);
  return [performance.now() - began, answer];
};

const lists = [];
const creates = [];
for (let number = 0; number < rounds; number++) {
  lists.push((await timed('ListSecrets', { PageSize: 100, FetchTags: 'true', Filters: filters }))[0]);
  const [took, made] = await timed('CreateSecret', {
    SecretName: '$Auto', SecretType: 'RAMCredentials', SecretData: JSON.stringify({ AccessKeys: pairs }), VersionId: `v-${number}`,
    ExtendedConfig: JSON.stringify({ SecretSubType: 'RamUserAccessKey', UserName: user }), EnableAutomaticRotation: true, RotationInterval: '7d',
  });
  creates.push(took);
  await client.request('DeleteSecret', { SecretName: made.SecretName, ForceDeleteWithoutRecovery: 'true' });
}
console.log(JSON.stringify({ list: lists, create: creates }));
