"""The vendor's own clients, unmodified, over every action of the sandbox, good and bad: both generations of the
Python SDK, signature V3 and V1. Prints a table of action, client and outcome; fails where an outcome is not the expected.

    suite.py <keyturn binary>
"""

import json
import re
import socket
import subprocess
import sys
import urllib.request
from xml.etree import ElementTree

from alibabacloud_kms20160120 import client as kms_client, models as kms_models
from alibabacloud_ram20150501 import client as ram_client, models as ram_models
from alibabacloud_sts20150401 import client as sts_client, models as sts_models
from alibabacloud_tea_openapi.models import Config
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest

ADMIN = ("LTAI5tKeyturnSandboxAdmin1", "KeyturnSandboxAdminSecret00001")
REGION = "cn-hangzhou"
VERSIONS = {"kms": "2016-01-20", "ram": "2015-05-01", "sts": "2015-04-01"}
USER = "checkout-api"
SECRET = f"acs/ram/user/{USER}"
ARN = f"acs:kms:{REGION}:1234567890123456:secret/{SECRET}"


class Refused(Exception):
    """What the service answered instead of doing it."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


class New:
    """`alibabacloud_*`: signature V3 (ACS3-HMAC-SHA256)."""

    name = "alibabacloud (V3)"

    def __init__(self, port, key=ADMIN):
        modules = {"kms": (kms_client, kms_models), "ram": (ram_client, ram_models), "sts": (sts_client, sts_models)}
        self.of = {}
        for service, (client, models) in modules.items():
            config = Config(access_key_id=key[0], access_key_secret=key[1], endpoint=f"127.0.0.1:{port}", protocol="HTTP")
            self.of[service] = (client.Client(config), models)

    def call(self, service, action, parameters):
        client, models = self.of[service]
        method = getattr(client, re.sub(r"(?<!^)(?=[A-Z])", "_", action).lower().replace("o_i_d_c", "oidc"))
        try:
            if hasattr(models, f"{action}Request"):
                answer = method(getattr(models, f"{action}Request")().from_map(parameters))
            else:
                answer = method()
        except Exception as error:
            raise Refused(getattr(error, "code", None) or repr(error)) from error
        return answer.body.to_map()


class Old:
    """`aliyun-python-sdk-core`: signature V1 (HMAC-SHA1)."""

    name = "aliyun-python-sdk-core (V1)"

    def __init__(self, port, key=ADMIN):
        self.client = AcsClient(key[0], key[1], REGION)
        self.port = port

    def call(self, service, action, parameters):
        request = CommonRequest(domain=f"127.0.0.1:{self.port}", version=VERSIONS[service], action_name=action)
        request.set_protocol_type("http")
        request.set_method("POST")
        for name, value in flat(action, parameters):
            request.add_query_param(name, value)
        try:
            return json.loads(self.client.do_action_with_exception(request))
        except ServerException as error:
            raise Refused(error.get_error_code()) from error


def flat(action, parameters):
    """Lists and maps as RPC sends them; some are JSON in a string instead."""
    for name, value in parameters.items():
        if name in ("SecretsList",) or (name == "ExtendedConfig" and action == "CreateSecret"):
            yield name, json.dumps(value)
        elif isinstance(value, dict):
            for key, inner in flat(action, value):
                yield f"{name}.{key}", inner
        elif isinstance(value, list):
            for index, inner in enumerate(value, 1):
                if isinstance(inner, dict):
                    for key, text in inner.items():
                        yield f"{name}.{index}.{key}", text
                else:
                    yield f"{name}.{index}", inner
        else:
            yield name, value


def as_xml(port):
    """The older generation can ask for XML."""
    client = AcsClient(*ADMIN, REGION)
    request = CommonRequest(domain=f"127.0.0.1:{port}", version=VERSIONS["kms"], action_name="DescribeRegions")
    request.set_protocol_type("http")
    request.set_accept_format("XML")
    regions = ElementTree.fromstring(client.do_action(request)).findall("Regions/Region/RegionId")
    return "cn-shanghai" in [region.text for region in regions]


class Control:
    """The sandbox's control calls."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}/_sandbox"

    def __call__(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/{path}", data, {"content-type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


def scenario(control):
    """(service, action, parameters, expected code or a check of the answer), in an order in which each makes sense."""
    keys = [key for key in control("access-keys") if key["userName"] == USER]
    pairs = {"AccessKeys": [{"AccessKeyId": key["accessKeyId"], "AccessKeySecret": key["accessKeySecret"]} for key in keys]}
    create = {
        "SecretName": "$Auto", "SecretType": "RAMCredentials", "SecretData": json.dumps(pairs), "VersionId": "v1",
        "ExtendedConfig": {"SecretSubType": "RamUserAccessKey", "UserName": USER}, "Description": "d é 山",
        "EnableAutomaticRotation": True, "RotationInterval": "7d", "Tags": json.dumps([{"TagKey": "team", "TagValue": "web"}]),
    }
    seen = {}

    def remember(name, field):
        def check(answer):
            for part in field.split("."):
                answer = answer[int(part)] if isinstance(answer, list) else answer[part]
            seen[name] = answer
            return bool(answer)
        return check

    def later(**parameters):
        return lambda: {name: seen[value[1:]] if isinstance(value, str) and value.startswith("@") else value for name, value in parameters.items()}

    yield "sts", "GetCallerIdentity", {}, lambda a: a["IdentityType"] == "Account"
    yield "kms", "DescribeRegions", {}, lambda a: {"RegionId": "cn-shanghai"} in a["Regions"]["Region"]
    yield "kms", "DescribeAccountKmsStatus", {}, lambda a: a["AccountStatus"] == "Enabled"
    yield "kms", "OpenKmsService", {}, lambda a: a["RequestId"]
    yield "kms", "GetRandomPassword", {"PasswordLength": "40", "ExcludePunctuation": "true"}, lambda a: a["RandomPassword"].isalnum() and len(a["RandomPassword"]) == 40
    yield "kms", "GetRandomPassword", {"PasswordLength": "4"}, "InvalidParameter"
    yield "kms", "ListKmsInstances", {"PageSize": 100}, remember("instance", "KmsInstances.KmsInstance.0.KmsInstanceId")
    yield "kms", "GetKmsInstance", later(KmsInstanceId="@instance"), lambda a: a["KmsInstance"]["Status"] == "Connected"
    yield "kms", "GetKmsInstance", {"KmsInstanceId": "kst-none"}, "Forbidden.InstanceNotFound"
    yield "kms", "GetDefaultKmsInstance", {}, lambda a: a["DefaultKmsInstanceId"] == seen["instance"]
    yield "kms", "ListKeys", {"PageSize": 100}, remember("key", "Keys.Key.0.KeyId")
    yield "kms", "DescribeKey", later(KeyId="@key"), lambda a: a["KeyMetadata"]["KeyState"] == "Enabled"
    yield "kms", "DescribeKey", {"KeyId": "key-none"}, "Forbidden.KeyNotFound"
    yield "kms", "ListResourceTags", later(KeyId="@key"), lambda a: a["Tags"]["Tag"] == []

    yield "kms", "CreateSecret", {**create, "SecretData": "[]"}, "InvalidParameter"
    yield "kms", "CreateSecret", {**create, "RotationInterval": "5h"}, "InvalidParameter"
    yield "kms", "CreateSecret", {**create, "ExtendedConfig": {"SecretSubType": "RamUserAccessKey", "UserName": "nobody"}}, "EntityNotExist.User"
    yield "kms", "CreateSecret", create, lambda a: a["SecretName"] == SECRET and a["RotationInterval"] == "604800s"
    yield "kms", "CreateSecret", create, "Rejected.ResourceExist"
    yield "kms", "DescribeSecret", {"SecretName": ARN, "FetchTags": "true"}, lambda a: a["Description"] == "d é 山" and a["Tags"]["Tag"] == [{"TagKey": "team", "TagValue": "web"}]
    yield "kms", "DescribeSecret", {"SecretName": "acs/ram/user/nobody"}, "Forbidden.ResourceNotFound"
    yield "kms", "ListSecrets", {"PageSize": 100, "Filters": json.dumps([{"Key": "SecretName", "Values": [SECRET]}])}, lambda a: a["TotalCount"] == 1
    yield "kms", "ListSecrets", {"PageSize": 101}, "InvalidParameter"
    yield "kms", "ListSecretVersionIds", {"SecretName": SECRET}, lambda a: [v["VersionId"] for v in a["VersionIds"]["VersionId"]] == ["v1"]
    yield "kms", "GetSecretValue", {"SecretName": SECRET, "FetchExtendedConfig": True}, lambda a: json.loads(a["SecretData"])["AccessKeyId"] == keys[0]["accessKeyId"] and "ExtendedConfig" in a
    yield "kms", "GetSecretValue", {"SecretName": SECRET, "DryRun": "true"}, "DryRunOperationError"
    yield "kms", "GetSecretValue", {"SecretName": SECRET, "VersionStage": "ACSPrevious"}, "Forbidden.ResourceNotFound"
    yield "kms", "BatchGetSecretValue", {"SecretsList": [{"SecretName": SECRET}, {"SecretName": "none"}]}, lambda a: len(a["SecretValues"]) == 1 and a["Errors"][0]["Code"] == "Forbidden.ResourceNotFound"
    yield "kms", "PutSecretValue", {"SecretName": SECRET, "SecretData": "x", "VersionId": "v9"}, "InvalidParameter"
    yield "kms", "UpdateSecretVersionStage", {"SecretName": SECRET, "VersionStage": "ACSCurrent", "MoveToVersion": "v1"}, "InvalidParameter"
    yield "kms", "UpdateSecret", {"SecretName": SECRET, "Description": "changed", "ExtendedConfig": {"CustomData": {"owner": "web"}}}, lambda a: a["SecretName"] == SECRET
    yield "kms", "DescribeSecret", {"SecretName": SECRET}, lambda a: a["Description"] == "changed" and json.loads(a["ExtendedConfig"])["CustomData"] == {"owner": "web"}
    yield "kms", "SetSecretPolicy", {"SecretName": SECRET, "Policy": '{"Version":"1","Statement":[{"Effect":"Allow"}]}'}, lambda a: a["RequestId"]
    yield "kms", "SetSecretPolicy", {"SecretName": SECRET, "Policy": "no policy"}, "InvalidParameter"
    yield "kms", "GetSecretPolicy", {"SecretName": SECRET}, lambda a: '"Allow"' in a["Policy"]
    yield "kms", "GetSecretPolicy", {"SecretName": SECRET, "PolicyName": "other"}, "InvalidParameter"

    yield "kms", "TagResource", {"SecretName": SECRET, "Tags": json.dumps([{"TagKey": "env", "TagValue": "test"}])}, lambda a: a["RequestId"]
    yield "kms", "TagResource", {"SecretName": SECRET, "Tags": json.dumps([{"TagKey": "aliyun:x", "TagValue": ""}])}, "InvalidParameter"
    yield "kms", "UntagResource", {"SecretName": SECRET, "TagKeys": '["env"]'}, lambda a: a["RequestId"]
    yield "kms", "TagResources", {"RegionId": REGION, "ResourceType": "secret", "ResourceId": [SECRET], "Tag": [{"Key": "tier", "Value": "1"}]}, lambda a: a["RequestId"]
    yield "kms", "TagResources", {"RegionId": REGION, "ResourceType": "secret", "ResourceId": ["none"], "Tag": [{"Key": "tier", "Value": "1"}]}, "Forbidden.ResourceNotFound"
    yield "kms", "ListTagResources", {"RegionId": REGION, "ResourceType": "secret", "ResourceId": [SECRET]}, lambda a: sorted(t["TagKey"] for t in a["TagResources"]["TagResource"]) == ["team", "tier"]
    yield "kms", "ListTagResources", {"RegionId": REGION, "ResourceType": "key"}, "InvalidParameter"
    yield "kms", "UntagResources", {"RegionId": REGION, "ResourceType": "secret", "ResourceId": [SECRET], "All": True}, lambda a: a["RequestId"]
    yield "kms", "DescribeSecret", {"SecretName": SECRET, "FetchTags": "true"}, lambda a: a["Tags"]["Tag"] == []

    yield "kms", "UpdateSecretRotationPolicy", {"SecretName": SECRET, "EnableAutomaticRotation": True, "RotationInterval": "30d"}, lambda a: a["SecretName"] == SECRET
    yield "kms", "UpdateSecretRotationPolicy", {"SecretName": SECRET, "EnableAutomaticRotation": True}, "MissingParameter"
    yield "kms", "RotateSecret", {"SecretName": SECRET, "VersionId": "v2"}, lambda a: a["VersionId"] == "v2"
    yield "kms", "RotateSecret", {"SecretName": SECRET, "VersionId": "v2"}, lambda a: a["VersionId"] == "v2"
    yield "kms", "RotateSecret", {"SecretName": SECRET, "VersionId": "v3"}, "Rejected.SecretInRotation"
    yield "kms", "UpdateSecretRotationPolicy", {"SecretName": SECRET, "EnableAutomaticRotation": False}, "Rejected.SecretInRotation"
    yield "kms", "GetSecretValue", {"SecretName": SECRET, "VersionStage": "ACSPrevious"}, lambda a: json.loads(a["SecretData"])["AccessKeyId"] == keys[0]["accessKeyId"]
    yield "control", "clock", {"advance": "48h"}, lambda a: a["now"]
    yield "control", "events", None, lambda a: {"region": REGION, "secret": SECRET, "event": "rotation-ended"}.items() <= [e for e in a if e["secret"] == SECRET][0].items()
    yield "kms", "GetSecretValue", {"SecretName": SECRET, "VersionStage": "ACSPrevious"}, "Forbidden.ResourceNotFound"
    yield "kms", "UpdateSecretRotationPolicy", {"SecretName": SECRET, "EnableAutomaticRotation": False}, lambda a: a["SecretName"] == SECRET

    yield "ram", "ListAccessKeys", {"UserName": USER}, lambda a: len(a["AccessKeys"]["AccessKey"]) == 1 and a["AccessKeys"]["AccessKey"][0]["AccessKeyId"] != keys[0]["accessKeyId"]
    yield "ram", "ListAccessKeys", {"UserName": "nobody"}, "EntityNotExist.User"
    yield "ram", "ListUsers", {"MaxItems": 10}, lambda a: a["IsTruncated"] and len(a["Users"]["User"]) == 10
    yield "ram", "ListUsers", {"MaxItems": 1001}, "InvalidParameter"
    yield "ram", "GetUser", {"UserName": USER}, lambda a: a["User"]["DisplayName"] == "Checkout API"
    yield "ram", "GetUser", {"UserName": "nobody"}, "EntityNotExist.User"
    yield "ram", "CreateAccessKey", {"UserName": USER}, remember("ak", "AccessKey.AccessKeyId")
    yield "ram", "CreateAccessKey", {"UserName": USER}, "LimitExceeded.User.AccessKey"
    yield "kms", "RotateSecret", {"SecretName": SECRET, "VersionId": "v4"}, "LimitExceeded.User.AccessKey"
    yield "kms", "DescribeSecret", {"SecretName": SECRET}, lambda a: a["AutomaticRotation"] == "Invalid"
    yield "ram", "GetAccessKeyLastUsed", later(UserName=USER, UserAccessKeyId="@ak"), lambda a: a["AccessKeyLastUsed"].get("LastUsedDate", "") == ""
    yield "ram", "UpdateAccessKey", later(UserName=USER, UserAccessKeyId="@ak", Status="Inactive"), lambda a: a["RequestId"]
    yield "ram", "UpdateAccessKey", later(UserName=USER, UserAccessKeyId="@ak", Status="Off"), "InvalidParameter"
    yield "ram", "DeleteAccessKey", later(UserName=USER, UserAccessKeyId="@ak"), lambda a: a["RequestId"]
    yield "ram", "DeleteAccessKey", later(UserName=USER, UserAccessKeyId="@ak"), "EntityNotExist.User.AccessKey"
    yield "kms", "RotateSecret", {"SecretName": SECRET, "VersionId": "v4"}, lambda a: a["VersionId"] == "v4"
    yield "kms", "DescribeSecret", {"SecretName": SECRET}, lambda a: a["AutomaticRotation"] == "Disabled"

    role = {"RoleName": "AliyunKMSManagedRAMCrendentialsRole", "AssumeRolePolicyDocument": '{"Version":"1"}'}
    yield "ram", "GetRole", {"RoleName": "AliyunKMSManageRAMCredentialsRole"}, lambda a: "kms.aliyuncs.com" in a["Role"]["AssumeRolePolicyDocument"]
    yield "ram", "GetRole", {"RoleName": role["RoleName"]}, "EntityNotExist.Role"
    yield "ram", "CreateRole", role, lambda a: a["Role"]["RoleName"] == role["RoleName"]
    yield "ram", "CreateRole", role, "EntityAlreadyExists.Role"
    yield "ram", "CreatePolicy", {"PolicyName": "keys", "PolicyDocument": '{"Version":"1","Statement":[]}'}, lambda a: a["Policy"]["PolicyType"] == "Custom"
    yield "ram", "CreatePolicy", {"PolicyName": "keys", "PolicyDocument": '{"Version":"1","Statement":[]}'}, "EntityAlreadyExists.Policy"
    yield "ram", "AttachPolicyToRole", {"RoleName": role["RoleName"], "PolicyName": "keys", "PolicyType": "Custom"}, lambda a: a["RequestId"]
    yield "ram", "AttachPolicyToRole", {"RoleName": role["RoleName"], "PolicyName": "none", "PolicyType": "System"}, "EntityNotExist.Policy"
    yield "ram", "ListPoliciesForRole", {"RoleName": role["RoleName"]}, lambda a: [p["PolicyName"] for p in a["Policies"]["Policy"]] == ["keys"]
    yield "ram", "ListPoliciesForRole", {"RoleName": "none"}, "EntityNotExist.Role"

    yield "kms", "DeleteSecret", {"SecretName": SECRET, "RecoveryWindowInDays": "6"}, "InvalidParameter"
    yield "kms", "DeleteSecret", {"SecretName": SECRET, "RecoveryWindowInDays": "7"}, lambda a: a["PlannedDeleteTime"]
    yield "kms", "GetSecretValue", {"SecretName": SECRET}, "Rejected.ResourceInDeleteWindow"
    yield "kms", "RotateSecret", {"SecretName": SECRET, "VersionId": "v5"}, "Rejected.ResourceInDeleteWindow"
    yield "kms", "RestoreSecret", {"SecretName": SECRET}, lambda a: a["SecretName"] == SECRET
    yield "kms", "RestoreSecret", {"SecretName": SECRET}, "Rejected.InvalidState"
    yield "kms", "DeleteSecret", {"SecretName": SECRET, "ForceDeleteWithoutRecovery": "true"}, lambda a: a["SecretName"] == SECRET
    yield "kms", "DeleteSecret", {"SecretName": SECRET, "ForceDeleteWithoutRecovery": "true"}, "Forbidden.ResourceNotFound"


def identity(make, port, control):
    """A RAM user's own key says who it is, is remembered, and may do nothing else yet."""
    key = next(key for key in control("access-keys") if key["userName"] == "payroll-exporter")
    own = make(port, (key["accessKeyId"], key["accessKeySecret"]))
    yield "DescribeRegions as XML (V1 only)", as_xml(port)
    yield "GetCallerIdentity as a user", own.call("sts", "GetCallerIdentity", {})["Arn"].endswith("user/payroll-exporter")
    used = make(port).call("ram", "GetAccessKeyLastUsed", {"UserName": "payroll-exporter", "UserAccessKeyId": key["accessKeyId"]})
    yield "GetAccessKeyLastUsed of it", bool(used["AccessKeyLastUsed"]["LastUsedDate"])
    for wrong, code in ((("LTAI5tNobody", "x"), "InvalidAccessKeyId.NotFound"), ((ADMIN[0], "wrong"), "SignatureDoesNotMatch")):
        try:
            make(port, wrong).call("kms", "ListSecrets", {})
            yield code, False
        except Refused as refused:
            yield code, refused.code == code
    try:
        own.call("kms", "ListSecrets", {})
        yield "Forbidden.NoPermission", False
    except Refused as refused:
        yield "Forbidden.NoPermission", refused.code == "Forbidden.NoPermission"


def run(make, port, control):
    control("reset", {})
    client, rows = make(port), []
    for service, action, parameters, expected in scenario(control):
        parameters = parameters() if callable(parameters) else parameters
        try:
            answer = control(action, parameters) if service == "control" else client.call(service, action, parameters)
            is_right = callable(expected) and bool(expected(answer))
            outcome = "ok" if callable(expected) else "done, though it should be refused"
            if callable(expected) and not is_right:
                outcome = f"unexpected: {json.dumps(answer, ensure_ascii=False)[:300]}"
        except Refused as refused:
            outcome, is_right = refused.code, refused.code == expected
        rows.append((f"{service} {action}", outcome, is_right))
    rows += [("sts " + name, "ok" if is_right else "unexpected", is_right) for name, is_right in identity(make, port, control)]
    return rows


def main():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    sandbox = subprocess.Popen(
        [sys.argv[1], "sandbox", "--sandbox-listen", f"127.0.0.1:{port}", "--log", "warn"], stdout=subprocess.PIPE, text=True
    )
    try:
        sandbox.stdout.readline()
        control = Control(port)
        tables = {make.name: run(make, port, control) for make in (New, Old)}
    finally:
        sandbox.terminate()
    width = max(len(row[0]) for rows in tables.values() for row in rows)
    print(f"{'action':{width}}  " + "  ".join(f"{name:34}" for name in tables))
    for line in zip(*tables.values(), strict=True):
        print(f"{line[0][0]:{width}}  " + "  ".join(f"{'' if ok else 'WRONG '}{outcome:34}" for _, outcome, ok in line))
    wrong = sum(not row[2] for rows in tables.values() for row in rows)
    total = sum(len(rows) for rows in tables.values())
    print(f"official SDKs: {total - wrong} passed, {wrong} failed")
    sys.exit(1 if wrong else 0)


main()
