"""How long the vendor's Python SDK takes to list and to create, one after the other, in milliseconds, as JSON.

    bench.py <sandbox port> <rounds>
"""

import json
import sys
import time

from clients import Control, New

port, rounds = int(sys.argv[1]), int(sys.argv[2])
client, control = New(port), Control(port)
USER = "checkout-api"
keys = [key for key in control("access-keys") if key["userName"] == USER]
pairs = [{"AccessKeyId": key["accessKeyId"], "AccessKeySecret": key["accessKeySecret"]} for key in keys]
filters = json.dumps([{"Key": "SecretType", "Values": ["RAMCredentials"]}])


def timed(action, parameters):
    began = time.perf_counter()
    answer = client.call("kms", action, parameters)
    return (time.perf_counter() - began) * 1000, answer


lists, creates = [], []
for number in range(rounds):
    took, _ = timed("ListSecrets", {"PageSize": 100, "FetchTags": "true", "Filters": filters})
    lists.append(took)
    took, made = timed("CreateSecret", {
        "SecretName": "$Auto", "SecretType": "RAMCredentials", "SecretData": json.dumps({"AccessKeys": pairs}),
        "VersionId": f"v-{number}", "ExtendedConfig": {"SecretSubType": "RamUserAccessKey", "UserName": USER},
        "EnableAutomaticRotation": True, "RotationInterval": "7d",
    })
    creates.append(took)
    client.call("kms", "DeleteSecret", {"SecretName": made["SecretName"], "ForceDeleteWithoutRecovery": "true"})
print(json.dumps({"list": lists, "create": creates}))
