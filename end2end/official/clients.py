"""The vendor's clients as both generations of the Python SDK have them, behind one `call`."""

import json
import re
import urllib.request

from alibabacloud_kms20160120 import client as kms_client, models as kms_models
from alibabacloud_ram20150501 import client as ram_client, models as ram_models
from alibabacloud_sts20150401 import client as sts_client, models as sts_models
from alibabacloud_tea_openapi.models import Config
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.auth.credentials import StsTokenCredential
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest

ADMIN = ("LTAI5tKeyturnSandboxAdmin1", "KeyturnSandboxAdminSecret00001")
REGION = "cn-hangzhou"
VERSIONS = {"kms": "2016-01-20", "ram": "2015-05-01", "sts": "2015-04-01"}


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
            config = Config(endpoint=f"127.0.0.1:{port}", protocol="HTTP")
            config.access_key_id, config.access_key_secret, config.security_token = (*key, None)[:3]
            self.of[service] = (client.Client(config), models)

    def call(self, service, action, parameters):
        client, models = self.of[service]
        method = getattr(client, re.sub(r"(?<!^)(?=[A-Z])", "_", action).lower().replace("o_i_d_c", "oidc").replace("s_a_m_l", "saml"))
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
        credential = StsTokenCredential(*key) if len(key) == 3 else None
        self.client = AcsClient(region_id=REGION, credential=credential) if credential else AcsClient(*key, REGION)
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


class Control:
    """The sandbox's control calls."""

    def __init__(self, port):
        self.port = port
        self.url = f"http://127.0.0.1:{port}/_sandbox"

    def __call__(self, path, body=None, method=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/{path}", data, {"content-type": "application/json"}, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
