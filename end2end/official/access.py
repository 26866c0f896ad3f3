"""Who may: AccessKeys, policies, roles, temporary credentials, foreign tokens. Each check is a name and whether it held."""

import base64
import http.server
import json
import threading
import time
from xml.etree import ElementTree

from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from clients import ADMIN, REGION, VERSIONS, New, Refused
from scenario import policy

ACCOUNT = "acs:ram::1234567890123456"
SECRET = "acs/ram/user/payroll-exporter"
ROLE = f"{ACCOUNT}:role/auditor"


def code(client, service, action, parameters):
    """The code of the refusal; nothing where it was done."""
    try:
        client.call(service, action, parameters)
        return None
    except Refused as refused:
        return refused.code


def key_of(control, user):
    key = next(key for key in control("access-keys") if key["userName"] == user)
    return key["accessKeyId"], key["accessKeySecret"]


def checks(make, port, control):
    yield from signatures(make, port, control)
    yield from policies(make, port, control)
    yield from secret_policies(make, port, control)
    yield from sessions(make, port, control)
    # Unsigned calls are the newer generation's alone.
    if make is New:
        yield from openid(make, port, control)
        yield from saml(make, port)


def signatures(make, port, control):
    user = "payroll-exporter"
    own = make(port, key_of(control, user))
    yield "DescribeRegions as XML (V1 only)", as_xml(port)
    yield "GetCallerIdentity as a user", own.call("sts", "GetCallerIdentity", {})["Arn"].endswith(f"user/{user}")
    used = make(port).call("ram", "GetAccessKeyLastUsed", {"UserName": user, "UserAccessKeyId": key_of(control, user)[0]})
    yield "GetAccessKeyLastUsed of it", bool(used["AccessKeyLastUsed"]["LastUsedDate"])
    tokened = (*ADMIN, "CAISxxx")
    yield "a token with a lasting AccessKey", code(make(port, tokened), "kms", "ListSecrets", {}) == "InvalidSecurityToken.MismatchWithAccessKey"
    for wrong, expected in ((("LTAI5tNobody", "x"), "InvalidAccessKeyId.NotFound"), ((ADMIN[0], "wrong"), "SignatureDoesNotMatch")):
        yield expected, code(make(port, wrong), "kms", "ListSecrets", {}) == expected
    if make is not New:
        yield "an unknown action", code(make(port), "kms", "CreateSecretly", {}) == "InvalidAction.NotFound"


def policies(make, port, control):
    admin, own = make(port), make(port, key_of(control, "payroll-exporter"))
    listing, reading, rotating = ("kms", "ListSecrets", {}), ("kms", "GetSecretValue", {"SecretName": SECRET}), ("kms", "RotateSecret", {"SecretName": SECRET, "VersionId": "by-user"})

    def attach(name, document=None):
        if document:
            admin.call("ram", "CreatePolicy", {"PolicyName": name, "PolicyDocument": document})
        admin.call("ram", "AttachPolicyToUser", {"UserName": "payroll-exporter", "PolicyName": name, "PolicyType": "Custom" if document else "System"})

    yield "without a policy: 403 of KMS", code(own, *listing) == "Forbidden.NoPermission"
    yield "without a policy: 403 of RAM", code(own, "ram", "ListUsers", {}) == "NoPermission"
    yield "without a policy: no permission needed", code(own, "kms", "DescribeRegions", {}) is None
    yield "without a policy: dry run", code(own, "kms", "GetSecretValue", {"SecretName": SECRET, "DryRun": "true"}) == "AccessDeniedError"
    attach("AliyunKMSReadOnlyAccess")
    yield "read-only: lists", code(own, *listing) is None
    yield "read-only: no values", code(own, *reading) == "Forbidden.NoPermission"
    yield "read-only: no rotation", code(own, *rotating) == "Forbidden.NoPermission"
    attach("rotates-its-own", policy(Action=["kms:Rotate*"], Resource=[f"acs:kms:*:*:secret/{SECRET}"]))
    yield "by resource: another's", code(own, "kms", "RotateSecret", {"SecretName": "acs/ram/user/price-engine", "VersionId": "v"}) == "Forbidden.NoPermission"
    yield "by resource: its own", code(own, *rotating) is None
    attach("from-elsewhere", policy(Action="kms:GetSecretValue", Condition={"NotIpAddress": {"acs:SourceIp": ["127.0.0.0/8", "::1"]}}))
    yield "by address: from here", code(own, *reading) == "Forbidden.NoPermission"
    attach("team", policy(Action="kms:GetSecretValue", Condition={"StringEquals": {"kms:tag/team": "people"}}))
    yield "by tag: the key is needed too", code(own, *reading) == "Forbidden.NoPermission"
    attach("decrypts", policy(Action="kms:Decrypt", Resource="acs:kms:*:*:key/*"))
    yield "by tag: its team's", code(own, *reading) is None
    yield "by tag: another team's", code(own, "kms", "GetSecretValue", {"SecretName": "acs/ram/user/price-engine"}) == "Forbidden.NoPermission"
    batch = own.call("kms", "BatchGetSecretValue", {"SecretsList": [{"SecretName": SECRET}, {"SecretName": "acs/ram/user/price-engine"}]})
    yield "by tag: each of a batch", len(batch["SecretValues"]) == 1 and batch["Errors"][0]["Code"] == "Forbidden.NoPermission"
    attach("one-role", policy(Action="ram:ListRoles", Resource=f"{ACCOUNT}:role/auditor"))
    yield "a parameter does not narrow a list", code(own, "ram", "ListRoles", {}) == "NoPermission"
    attach("may-attach", policy(Action="ram:AttachPolicyToUser", Resource=f"{ACCOUNT}:user/*"))
    grab = {"UserName": "payroll-exporter", "PolicyName": "AdministratorAccess", "PolicyType": "System"}
    yield "attaching asks for the policy, too", code(own, "ram", "AttachPolicyToUser", grab) == "NoPermission"
    attach("never", policy(Effect="Deny", Action="kms:List*"))
    yield "a denial outweighs", code(own, *listing) == "Forbidden.NoPermission"


def secret_policies(make, port, control):
    admin, other = make(port), make(port, key_of(control, "price-engine"))
    name = "acs/ram/user/label-printer"
    describe = ("kms", "DescribeSecret", {"SecretName": name})
    set_policy = lambda **statement: admin.call("kms", "SetSecretPolicy", {"SecretName": name, "Policy": policy(**statement)})
    yield "the default policy of a secret grants nothing", code(other, *describe) == "Forbidden.NoPermission"
    set_policy(Principal={"RAM": [f"{ACCOUNT}:user/price-engine"]}, Action="kms:Describe*")
    yield "a secret's policy: by name", code(other, *describe) is None
    yield "a secret's policy: no more than that", code(other, "kms", "DeleteSecret", {"SecretName": name}) == "Forbidden.NoPermission"
    set_policy(Principal={"RAM": ["*"]}, Effect="Deny")
    yield "a secret's policy: denied", code(other, *describe) == "Forbidden.NoPermission"
    yield "a secret's policy: the account still may", code(admin, *describe) is None


def sessions(make, port, control):
    ask = {"RoleArn": ROLE, "RoleSessionName": "night-watch"}
    pager = make(port, key_of(control, "oncall-pager"))
    yield "AssumeRole: not by the account", code(make(port), "sts", "AssumeRole", ask) == "NoPermission"
    yield "AssumeRole: not without permission", code(make(port, key_of(control, "price-engine")), "sts", "AssumeRole", ask) == "NoPermission"
    for wrong, expected in (
        ({"RoleArn": "auditor"}, "InvalidParameter.RoleArn"), ({"RoleArn": f"{ACCOUNT}:role/none"}, "EntityNotExist.Role"),
        ({"RoleSessionName": "x"}, "InvalidParameter.RoleSessionName"), ({"DurationSeconds": 60}, "InvalidParameter.DurationSeconds"),
        ({"DurationSeconds": 7200}, "InvalidParameter.DurationSeconds"), ({"Policy": "{}"}, "InvalidParameter.PolicyGrammar"),
    ):
        yield f"AssumeRole: {expected}", code(pager, "sts", "AssumeRole", {**ask, **wrong}) == expected
    yield "AssumeRole: not trusted", code(pager, "sts", "AssumeRole", {**ask, "RoleArn": f"{ACCOUNT}:role/aliyunkmsmanageramcredentialsrole"}) == "NoPermission"
    answer = pager.call("sts", "AssumeRole", {**ask, "SourceIdentity": "alice"})
    yield "AssumeRole: done", answer["AssumedRoleUser"]["Arn"] == f"{ROLE}/night-watch" and answer["SourceIdentity"] == "alice"
    key = tuple(answer["Credentials"][name] for name in ("AccessKeyId", "AccessKeySecret", "SecurityToken"))
    role = make(port, key)
    who = role.call("sts", "GetCallerIdentity", {})
    yield "GetCallerIdentity as a role", who["IdentityType"] == "AssumedRoleUser" and who["Arn"].endswith("assumed-role/auditor/night-watch")
    yield "a role may what its policies say", code(role, "kms", "DescribeSecret", {"SecretName": SECRET}) is None
    yield "a role may no more", code(role, "kms", "GetSecretValue", {"SecretName": SECRET}) == "Forbidden.NoPermission"
    yield "MissingSecurityToken", code(make(port, key[:2]), "kms", "ListSecrets", {}) == "MissingSecurityToken"
    yield "a token that is none", code(make(port, (*key[:2], "x")), "kms", "ListSecrets", {}) == "InvalidSecurityToken.Malformed"
    yield "another's token", code(make(port, (*key[:2], "CAISx")), "kms", "ListSecrets", {}) == "InvalidSecurityToken.MismatchWithAccessKey"
    narrowed = pager.call("sts", "AssumeRole", {**ask, "Policy": policy(Action="kms:ListSecrets")})["Credentials"]
    role = make(port, (narrowed["AccessKeyId"], narrowed["AccessKeySecret"], narrowed["SecurityToken"]))
    yield "a session's policy: allowed", code(role, "kms", "ListSecrets", {}) is None
    yield "a session's policy: narrowed", code(role, "kms", "DescribeSecret", {"SecretName": SECRET}) == "Forbidden.NoPermission"
    # What ends in a quarter of an hour ends now: the state goes out, is changed, and comes back.
    state = control("state")
    for session in state["world"]["sessions"].values():
        session["expires"] = "2020-01-01T00:00:00Z"
    control("state", state, "PUT")
    yield "a session that has ended", code(role, "kms", "ListSecrets", {}) == "InvalidSecurityToken.Expired"


class Issuer:
    """An issuer of OpenID Connect on this machine: discovery, keys, tokens."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        numbers = self.key.public_key().public_numbers()
        integer = lambda number: encoded(number.to_bytes((number.bit_length() + 7) // 8, "big"))
        self.jwks = {"keys": [{"kty": "RSA", "kid": "one", "alg": "RS256", "use": "sig", "n": integer(numbers.n), "e": integer(numbers.e)}]}
        issuer = self

        class Answers(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                documents = {"/.well-known/openid-configuration": {"issuer": issuer.url, "jwks_uri": f"{issuer.url}/keys"}, "/keys": issuer.jwks}
                body = json.dumps(documents.get(self.path, {})).encode()
                self.send_response(200 if self.path in documents else 404)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def token(self, algorithm="RS256", key=None, **claims):
        now = int(time.time())
        body = {"iss": self.url, "aud": "keyturn", "sub": "ci:main", "iat": now, "exp": now + 600, **claims}
        text = f"{encoded(json.dumps({'alg': algorithm, 'kid': 'one', 'typ': 'JWT'}).encode())}.{encoded(json.dumps(body).encode())}"
        return f"{text}.{encoded((key or self.key).sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def encoded(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def openid(make, port, control):
    issuer = Issuer()
    arn = control("oidc-providers", {"name": "ci", "issuer": issuer.url, "clientIds": ["keyturn"]})["arn"]
    trust = json.dumps({"Version": "1", "Statement": [{
        "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Federated": [arn]},
        "Condition": {"StringEquals": {"oidc:iss": [issuer.url], "oidc:aud": ["keyturn"]}, "StringLike": {"oidc:sub": "ci:*"}},
    }]})
    admin = make(port)
    admin.call("ram", "CreateRole", {"RoleName": "Pipeline", "AssumeRolePolicyDocument": trust})
    admin.call("ram", "AttachPolicyToRole", {"RoleName": "Pipeline", "PolicyName": "AliyunKMSReadOnlyAccess", "PolicyType": "System"})
    ask = lambda **more: {"OIDCProviderArn": arn, "RoleArn": f"{ACCOUNT}:role/pipeline", "RoleSessionName": "build-7", "OIDCToken": issuer.token(), **more}
    nobody = make(port, (None, None))
    for wrong, expected in (
        ({"OIDCProviderArn": "ci"}, "AuthenticationFail.NoPermission"), ({"OIDCProviderArn": f"{ACCOUNT}:oidc-provider/none"}, "AuthenticationFail.NoPermission"),
        ({"OIDCToken": "a.b"}, "AuthenticationFail.OIDCToken.Invalid"), ({"OIDCToken": issuer.token("HS256")}, "AuthenticationFail.OIDCToken.Invalid"),
        ({"OIDCToken": issuer.token(exp=int(time.time()) - 600)}, "AuthenticationFail.OIDCToken.Expired"),
        ({"OIDCToken": issuer.token(aud="another")}, "AuthenticationFail.OIDCToken.AudienceNotMatch"),
        ({"OIDCToken": issuer.token(iss="https://another.example")}, "AuthenticationFail.OIDCToken.IssuerNotMatch"),
        ({"OIDCToken": issuer.token(key=rsa.generate_private_key(public_exponent=65537, key_size=2048))}, "AuthenticationFail.OIDCToken.InvalidSignature"),
        ({"OIDCToken": issuer.token(sub="someone")}, "AuthenticationFail.NoPermission"),
    ):
        yield f"AssumeRoleWithOIDC: {next(iter(wrong))}, {expected}", code(nobody, "sts", "AssumeRoleWithOIDC", ask(**wrong)) == expected
    answer = nobody.call("sts", "AssumeRoleWithOIDC", ask())
    key = tuple(answer["Credentials"][name] for name in ("AccessKeyId", "AccessKeySecret", "SecurityToken"))
    yield "AssumeRoleWithOIDC: done", answer["OIDCTokenInfo"]["Subject"] == "ci:main"
    yield "AssumeRoleWithOIDC: its credentials work", code(make(port, key), "kms", "ListSecrets", {}) is None
    issuer.server.shutdown()
    issuer.server.server_close()
    yield "AssumeRoleWithOIDC: an issuer that is gone", code(nobody, "sts", "AssumeRoleWithOIDC", ask()) == "AuthenticationFail.OIDCToken.IssuerConfigurationBroken"
    control("oidc-providers", {"name": "ci", "issuer": issuer.url, "clientIds": ["keyturn"], "jwks": issuer.jwks})
    yield "AssumeRoleWithOIDC: registered keys need no issuer", code(nobody, "sts", "AssumeRoleWithOIDC", ask()) is None


def saml(make, port):
    provider = f"{ACCOUNT}:saml-provider/company"
    trust = json.dumps({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Federated": [provider]}}]})
    make(port).call("ram", "CreateRole", {"RoleName": "staff", "AssumeRolePolicyDocument": trust})
    assertion = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns="urn:oasis:names:tc:SAML:2.0:assertion"><Assertion>
        <Issuer>https://idp.example</Issuer><Subject><NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">alice</NameID>
        <SubjectConfirmation><SubjectConfirmationData Recipient="https://signin.aliyun.com/saml-role/sso"/></SubjectConfirmation></Subject></Assertion></samlp:Response>"""
    ask = {"SAMLProviderArn": provider, "RoleArn": f"{ACCOUNT}:role/staff", "SAMLAssertion": base64.b64encode(assertion.encode()).decode()}
    nobody = make(port, (None, None))
    answer = nobody.call("sts", "AssumeRoleWithSAML", ask)
    yield "AssumeRoleWithSAML: done", answer["SAMLAssertionInfo"] == {"Issuer": "https://idp.example", "Subject": "alice", "SubjectType": "persistent", "Recipient": "https://signin.aliyun.com/saml-role/sso"}
    yield "AssumeRoleWithSAML: no assertion", code(nobody, "sts", "AssumeRoleWithSAML", {**ask, "SAMLAssertion": "eA=="}) == "AuthenticationFail.SAMLAssertion.Invalid"
    yield "AssumeRoleWithSAML: no provider", code(nobody, "sts", "AssumeRoleWithSAML", {**ask, "SAMLProviderArn": "company"}) == "EntityNotExist.SAMLProvider"


def as_xml(port):
    """The older generation can ask for XML."""
    client = AcsClient(*ADMIN, REGION)
    request = CommonRequest(domain=f"127.0.0.1:{port}", version=VERSIONS["kms"], action_name="DescribeRegions")
    request.set_protocol_type("http")
    request.set_accept_format("XML")
    regions = ElementTree.fromstring(client.do_action(request)).findall("Regions/Region/RegionId")
    return "cn-shanghai" in [region.text for region in regions]
