"""What the cloud holds, asked by the vendor's own client, as JSON: the secrets of a region, one of them, or what any
action of RAM or KMS answers (`port region service/Action parameters`)."""

import json
import sys

from alibabacloud_kms20160120.client import Client
from alibabacloud_kms20160120 import models
from alibabacloud_tea_openapi.models import Config, GlobalParameters
from alibabacloud_tea_openapi.utils_models import OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions

VERSIONS = {"kms": "2016-01-20", "ram": "2015-05-01"}


def main() -> None:
    port, region, *names = sys.argv[1:]
    client = Client(
        Config(
            access_key_id="LTAI5tKeyturnSandboxAdmin1",
            access_key_secret="KeyturnSandboxAdminSecret00001",
            endpoint=f"127.0.0.1:{port}",
            protocol="HTTP",
            global_parameters=GlobalParameters(queries={"RegionId": region}),
        )
    )
    if len(names) == 2:
        service, action = names[0].split("/")
        params = Params(
            action=action, version=VERSIONS[service], protocol="HTTP", pathname="/", method="POST",
            auth_type="AK", style="RPC", req_body_type="formData", body_type="json",
        )
        request = OpenApiRequest(query=json.loads(names[1]))
        print(json.dumps(client.call_api(params, request, RuntimeOptions())["body"]))
    elif names:
        answer = client.describe_secret(models.DescribeSecretRequest(secret_name=names[0], fetch_tags="true"))
        secret = answer.body.to_map()
        if "PlannedDeleteTime" not in secret:
            versions = client.list_secret_version_ids(models.ListSecretVersionIdsRequest(secret_name=names[0]))
            secret["Versions"] = versions.body.to_map()["VersionIds"]["VersionId"]
        print(json.dumps(secret))
    else:
        answer = client.list_secrets(models.ListSecretsRequest(page_size=100, fetch_tags="true"))
        print(json.dumps(answer.body.to_map()["SecretList"]["Secret"]))


try:
    main()
except Exception as error:  # the client's errors carry the vendor's code
    print(json.dumps({"error": getattr(error, "code", None) or str(error)}))
