"""Every action, good and bad, in an order in which each makes sense."""

import json

from clients import REGION

USER = "checkout-api"
SECRET = f"acs/ram/user/{USER}"
ARN = f"acs:kms:{REGION}:1234567890123456:secret/{SECRET}"


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
    yield "kms", "BatchGetSecretValue", {"SecretsList": [{"SecretName": "acs/ram/user/price-engine", "FetchExtendedConfig": "true"}]}, lambda a: {"ExtendedConfig", "LastRotationDate", "NextRotationDate", "RotationInterval"} <= a["SecretValues"][0].keys()
    yield "kms", "ListSecrets", {"FetchTags": "true", "Filters": json.dumps([{"Key": "SecretName", "Values": ["acs/ram/user/old-reports"]}])}, lambda a: {"PlannedDeleteTime", "Tags"} <= a["SecretList"]["Secret"][0].keys()
    yield "kms", "PutSecretValue", {"SecretName": SECRET, "SecretData": "x", "VersionId": "v9"}, "InvalidParameter"
    yield "kms", "UpdateSecretVersionStage", {"SecretName": SECRET, "VersionStage": "ACSCurrent", "MoveToVersion": "v1"}, "InvalidParameter"
    yield "kms", "UpdateSecret", {"SecretName": SECRET, "Description": "changed", "ExtendedConfig": {"CustomData": {"owner": "web"}}}, lambda a: a["SecretName"] == SECRET
    yield "kms", "DescribeSecret", {"SecretName": SECRET}, lambda a: a["Description"] == "changed" and json.loads(a["ExtendedConfig"])["CustomData"] == {"owner": "web"}
    yield "kms", "SetSecretPolicy", {"SecretName": SECRET, "Policy": policy(Principal={"RAM": ["acs:ram::1234567890123456:*"]})}, lambda a: a["RequestId"]
    yield "kms", "SetSecretPolicy", {"SecretName": SECRET, "Policy": policy()}, "InvalidParameter"
    yield "kms", "SetSecretPolicy", {"SecretName": SECRET, "Policy": "no policy"}, "InvalidParameter"
    yield "kms", "GetSecretPolicy", {"SecretName": SECRET}, lambda a: '"Allow"' in a["Policy"]
    yield "kms", "GetSecretPolicy", {"SecretName": SECRET, "PolicyName": "other"}, "InvalidParameter"

    yield "kms", "TagResource", {"SecretName": SECRET, "Tags": json.dumps([{"TagKey": "env", "TagValue": "test"}])}, lambda a: a["RequestId"]
    yield "kms", "TagResource", {"SecretName": SECRET, "Tags": json.dumps([{"TagKey": "aliyun:x", "TagValue": ""}])}, "InvalidParameter"
    yield "kms", "UntagResource", {"SecretName": SECRET, "TagKeys": '["env"]'}, lambda a: a["RequestId"]
    yield "kms", "TagResources", {"RegionId": REGION, "ResourceType": "secret", "ResourceId": [SECRET], "Tag": [{"Key": "tier", "Value": "1"}]}, lambda a: a["RequestId"]
    yield "kms", "TagResources", {"RegionId": REGION, "ResourceType": "secret", "ResourceId": ["none"], "Tag": [{"Key": "tier", "Value": "1"}]}, "Forbidden.ResourceNotFound"
    yield "kms", "ListTagResources", {"RegionId": REGION, "ResourceType": "secret", "ResourceId": [SECRET]}, lambda a: sorted(t["TagKey"] for t in a["TagResources"]["TagResource"]) == ["team", "tier"]
    yield "kms", "ListTagResources", {"RegionId": REGION, "ResourceType": "certificate"}, "InvalidParameter"
    yield "kms", "TagResource", later(KeyId="@key", Tags=json.dumps([{"TagKey": "of", "TagValue": "key"}])), lambda a: a["RequestId"]
    yield "kms", "TagResource", later(KeyId="@key", SecretName=SECRET, Tags="[]"), "InvalidParameter"
    yield "kms", "TagResource", {"KeyId": "key-none", "Tags": json.dumps([{"TagKey": "of", "TagValue": "key"}])}, "Forbidden.KeyNotFound"
    yield "kms", "ListResourceTags", later(KeyId="@key"), lambda a: a["Tags"]["Tag"] == [{"KeyId": seen["key"], "TagKey": "of", "TagValue": "key"}]
    yield "kms", "TagResources", lambda: {"RegionId": REGION, "ResourceType": "key", "ResourceId": [seen["key"]], "Tag": [{"Key": "tier", "Value": "1"}]}, lambda a: a["RequestId"]
    yield "kms", "ListTagResources", {"RegionId": REGION, "ResourceType": "key"}, lambda a: sorted(t["TagKey"] for t in a["TagResources"]["TagResource"]) == ["of", "tier"]
    yield "kms", "UntagResource", later(KeyId="@key", TagKeys="of,tier"), lambda a: a["RequestId"]
    yield "kms", "ListResourceTags", later(KeyId="@key"), lambda a: a["Tags"]["Tag"] == []
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

    yield from roles_and_policies()
    yield from users()
    yield from generic_secrets(seen)
    yield from other_types()

    yield "kms", "DeleteSecret", {"SecretName": SECRET, "RecoveryWindowInDays": "6"}, "InvalidParameter"
    yield "kms", "DeleteSecret", {"SecretName": SECRET, "RecoveryWindowInDays": "7"}, lambda a: a["PlannedDeleteTime"]
    yield "kms", "GetSecretValue", {"SecretName": SECRET}, "Rejected.ResourceInDeleteWindow"
    yield "kms", "RotateSecret", {"SecretName": SECRET, "VersionId": "v5"}, "Rejected.ResourceInDeleteWindow"
    yield "kms", "RestoreSecret", {"SecretName": SECRET}, lambda a: a["SecretName"] == SECRET
    yield "kms", "RestoreSecret", {"SecretName": SECRET}, "Rejected.InvalidState"
    yield "kms", "DeleteSecret", {"SecretName": SECRET, "ForceDeleteWithoutRecovery": "true"}, lambda a: a["SecretName"] == SECRET
    yield "kms", "DeleteSecret", {"SecretName": SECRET, "ForceDeleteWithoutRecovery": "true"}, "Forbidden.ResourceNotFound"


def policy(**more):
    """A policy of one statement."""
    return json.dumps({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*", **more}]})


def roles_and_policies():
    name = "AliyunKMSManagedRAMCrendentialsRole"
    trust = json.dumps({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["kms.aliyuncs.com"]}}]})
    role = {"RoleName": name, "AssumeRolePolicyDocument": trust}
    yield "ram", "GetRole", {"RoleName": "AliyunKMSManageRAMCredentialsRole"}, lambda a: "kms.aliyuncs.com" in a["Role"]["AssumeRolePolicyDocument"]
    yield "ram", "GetRole", {"RoleName": name}, "EntityNotExist.Role"
    yield "ram", "CreateRole", {**role, "AssumeRolePolicyDocument": policy()}, "MalformedPolicyDocument"
    yield "ram", "CreateRole", role, lambda a: a["Role"]["RoleName"] == name
    yield "ram", "CreateRole", role, "EntityAlreadyExists.Role"
    yield "ram", "ListRoles", {}, lambda a: name in [r["RoleName"] for r in a["Roles"]["Role"]]
    yield "ram", "CreatePolicy", {"PolicyName": "keys", "PolicyDocument": '{"Version":"1","Statement":[]}'}, "MalformedPolicyDocument"
    yield "ram", "CreatePolicy", {"PolicyName": "keys", "PolicyDocument": policy()}, lambda a: a["Policy"]["PolicyType"] == "Custom"
    yield "ram", "CreatePolicy", {"PolicyName": "keys", "PolicyDocument": policy()}, "EntityAlreadyExists.Policy"
    yield "ram", "GetPolicy", {"PolicyName": "keys", "PolicyType": "Custom"}, lambda a: a["DefaultPolicyVersion"]["PolicyDocument"] == policy()
    yield "ram", "GetPolicy", {"PolicyName": "none", "PolicyType": "System"}, "EntityNotExist.Policy"
    yield "ram", "ListPolicies", {"PolicyType": "Custom"}, lambda a: [p["PolicyName"] for p in a["Policies"]["Policy"]] == ["keys"]
    attach = {"RoleName": name, "PolicyName": "keys", "PolicyType": "Custom"}
    yield "ram", "AttachPolicyToRole", attach, lambda a: a["RequestId"]
    yield "ram", "AttachPolicyToRole", attach, "EntityAlreadyExists.Role.Policy"
    yield "ram", "AttachPolicyToRole", {**attach, "PolicyName": "none", "PolicyType": "System"}, "EntityNotExist.Policy"
    yield "ram", "ListPoliciesForRole", {"RoleName": name}, lambda a: [p["PolicyName"] for p in a["Policies"]["Policy"]] == ["keys"]
    yield "ram", "ListPoliciesForRole", {"RoleName": "none"}, "EntityNotExist.Role"
    yield "ram", "DeleteRole", {"RoleName": name}, "DeleteConflict.Role.Policy"
    yield "ram", "DeletePolicy", {"PolicyName": "keys"}, "DeleteConflict.Policy.User"
    yield "ram", "DetachPolicyFromRole", attach, lambda a: a["RequestId"]
    yield "ram", "DetachPolicyFromRole", attach, "EntityNotExist.Role.Policy"
    yield "ram", "DeleteRole", {"RoleName": name}, lambda a: a["RequestId"]
    yield "ram", "DeletePolicy", {"PolicyName": "keys"}, lambda a: a["RequestId"]
    yield "ram", "DeletePolicy", {"PolicyName": "keys"}, "EntityNotExist.Policy"


def users():
    attach = {"UserName": "tracer", "PolicyName": "AliyunKMSReadOnlyAccess", "PolicyType": "System"}
    yield "ram", "CreateUser", {"UserName": "trace", "DisplayName": "Tracer"}, lambda a: a["User"]["DisplayName"] == "Tracer"
    yield "ram", "CreateUser", {"UserName": "trace"}, "EntityAlreadyExists.User"
    yield "ram", "CreateUser", {"UserName": "no spaces"}, "InvalidParameter.UserName.InvalidChars"
    yield "ram", "UpdateUser", {"UserName": "trace", "NewUserName": USER}, "EntityAlreadyExists.User"
    yield "ram", "UpdateUser", {"UserName": "trace", "NewUserName": "tracer"}, lambda a: a["User"]["UserName"] == "tracer"
    yield "ram", "AttachPolicyToUser", attach, lambda a: a["RequestId"]
    yield "ram", "AttachPolicyToUser", attach, "EntityAlreadyExists.User.Policy"
    yield "ram", "ListPoliciesForUser", {"UserName": "tracer"}, lambda a: [p["PolicyType"] for p in a["Policies"]["Policy"]] == ["System"]
    yield "ram", "DeleteUser", {"UserName": "tracer"}, "DeleteConflict.User.Policy"
    yield "ram", "DetachPolicyFromUser", attach, lambda a: a["RequestId"]
    yield "ram", "DetachPolicyFromUser", attach, "EntityNotExist.User.Policy"
    yield "ram", "DeleteUser", {"UserName": USER}, "DeleteConflict.User.AccessKey"
    yield "ram", "DeleteUser", {"UserName": "tracer"}, lambda a: a["RequestId"]
    yield "ram", "DeleteUser", {"UserName": "tracer"}, "EntityNotExist.User"


def generic_secrets(seen):
    name, current = "app/db@prod", lambda value: lambda a: a["SecretData"] == value
    put = {"SecretName": name, "SecretData": "two é 山", "VersionId": "v2"}
    stages = lambda version: lambda a: {v["VersionId"]: sorted(v["VersionStages"]["VersionStage"]) for v in a["VersionIds"]["VersionId"]} == version
    yield "kms", "CreateSecret", {"SecretName": "acs/db", "SecretData": "one", "VersionId": "v1"}, "InvalidParameter"
    yield "kms", "CreateSecret", {"SecretName": name, "SecretData": "x" * 30721, "VersionId": "v1"}, "InvalidParameter"
    yield "kms", "CreateSecret", {"SecretName": name, "SecretData": "one", "VersionId": "v1"}, lambda a: a["SecretType"] == "Generic" and "AutomaticRotation" not in a
    yield "kms", "CreateSecret", {"SecretName": name, "SecretData": "one", "VersionId": "v1"}, "Rejected.ResourceExist"
    yield "kms", "DescribeSecret", {"SecretName": name}, lambda a: a["SecretType"] == "Generic" and "ExtendedConfig" not in a
    yield "kms", "ListSecrets", {"Filters": json.dumps([{"Key": "SecretType", "Values": ["Generic"]}, {"Key": "SecretName", "Values": ["app/"]}])}, lambda a: a["TotalCount"] == 1
    yield "kms", "ListSecrets", {"Filters": json.dumps([{"Key": "Creator", "Values": ["1234567890123456"]}])}, lambda a: a["TotalCount"] > 20
    yield "kms", "ListSecrets", {"Filters": json.dumps([{"Key": "DKMSInstanceId", "Values": ["kst-none"]}])}, lambda a: a["TotalCount"] == 0
    yield "kms", "ListSecrets", {"Filters": json.dumps([{"Key": "Colour", "Values": ["red"]}])}, "InvalidParameter"
    yield "kms", "PutSecretValue", put, lambda a: a["VersionStages"]["VersionStage"] == ["ACSCurrent"]
    yield "kms", "PutSecretValue", put, lambda a: a["VersionId"] == "v2"
    yield "kms", "PutSecretValue", {**put, "SecretData": "other"}, "Rejected.ResourceExist"
    yield "kms", "GetSecretValue", {"SecretName": name}, current("two é 山")
    yield "kms", "GetSecretValue", {"SecretName": name, "VersionStage": "ACSPrevious"}, current("one")
    yield "kms", "GetSecretValue", {"SecretName": name, "VersionId": "v1"}, current("one")
    yield "kms", "GetSecretValue", {"SecretName": name, "VersionId": "v9"}, "Forbidden.ResourceNotFound"
    yield "kms", "PutSecretValue", {"SecretName": name, "SecretData": "not base64!", "SecretDataType": "binary", "VersionId": "v3"}, "InvalidParameter"
    yield "kms", "PutSecretValue", {"SecretName": name, "SecretData": "AAECAw==", "SecretDataType": "binary", "VersionId": "v3", "VersionStages": '["next"]'}, lambda a: a["VersionStages"]["VersionStage"] == ["next"]
    yield "kms", "GetSecretValue", {"SecretName": name, "VersionStage": "next"}, lambda a: a["SecretDataType"] == "binary" and a["SecretData"] == "AAECAw=="
    yield "kms", "UpdateSecretVersionStage", {"SecretName": name, "VersionStage": "ACSCurrent", "RemoveFromVersion": "v2"}, "MissingParameter"
    yield "kms", "UpdateSecretVersionStage", {"SecretName": name, "VersionStage": "ACSCurrent", "MoveToVersion": "v9"}, "Forbidden.ResourceNotFound"
    yield "kms", "UpdateSecretVersionStage", {"SecretName": name, "VersionStage": "ACSCurrent", "MoveToVersion": "v3", "RemoveFromVersion": "v2"}, lambda a: a["SecretName"] == name
    yield "kms", "ListSecretVersionIds", {"SecretName": name}, stages({"v3": ["ACSCurrent", "next"], "v2": ["ACSPrevious"]})
    yield "kms", "UpdateSecretVersionStage", {"SecretName": name, "VersionStage": "next", "RemoveFromVersion": "v3"}, lambda a: a["SecretName"] == name
    yield "kms", "ListSecretVersionIds", {"SecretName": name, "IncludeDeprecated": "true"}, stages({"v3": ["ACSCurrent"], "v2": ["ACSPrevious"], "v1": []})
    yield "kms", "RotateSecret", {"SecretName": name, "VersionId": "v4"}, "InvalidParameter"
    yield "kms", "UpdateSecretRotationPolicy", {"SecretName": name, "EnableAutomaticRotation": False}, "InvalidParameter"
    yield "kms", "UpdateSecret", {"SecretName": name, "Description": "a database"}, lambda a: a["SecretName"] == name
    yield "kms", "UpdateSecret", {"SecretName": name, "ExtendedConfig": {"CustomData": {"a": "b"}}}, "InvalidParameter"
    for version in range(4, 14):
        yield "kms", "PutSecretValue", {**put, "VersionId": f"v{version}"}, lambda a: a["RequestId"]
    yield "kms", "ListSecretVersionIds", {"SecretName": name, "IncludeDeprecated": "true"}, lambda a: a["TotalCount"] == 10
    yield "kms", "DeleteSecret", {"SecretName": name}, lambda a: a["PlannedDeleteTime"]
    yield "kms", "CreateSecret", {"SecretName": name, "SecretData": "one", "VersionId": "v1"}, "Rejected.ResourceInDeleteWindow"


def other_types():
    """Told about, not made here."""
    yield "kms", "ListSecrets", {"Filters": json.dumps([{"Key": "SecretType", "Values": ["RDS", "Redis", "ECS", "PolarDB"]}])}, lambda a: sorted(s["SecretType"] for s in a["SecretList"]["Secret"]) == ["ECS", "PolarDB", "Rds", "Redis"]
    yield "kms", "DescribeSecret", {"SecretName": "orders-database"}, lambda a: json.loads(a["ExtendedConfig"])["DBInstanceId"] == "rm-sandbox"
    yield "kms", "GetSecretValue", {"SecretName": "orders-database"}, lambda a: json.loads(a["SecretData"])["AccountName"] == "orders"
    yield "kms", "CreateSecret", {"SecretName": "db", "SecretType": "Rds", "SecretData": "{}", "VersionId": "v1", "ExtendedConfig": {"SecretSubType": "SingleUser"}}, "InvalidParameter"
    yield "kms", "RotateSecret", {"SecretName": "orders-database", "VersionId": "v2"}, "InvalidParameter"
    yield "kms", "PutSecretValue", {"SecretName": "orders-database", "SecretData": "x", "VersionId": "v2"}, "InvalidParameter"
