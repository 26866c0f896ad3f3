"""HTTPS with the sandbox's own certificate, and a listener for each region."""

import os
import ssl
import tempfile
import urllib.error
import urllib.request

from alibabacloud_kms20160120 import client as kms_client, models as kms_models
from alibabacloud_tea_openapi.models import Config
from alibaba_cloud_secretsmanager_client.model.region_info import RegionInfo
from alibaba_cloud_secretsmanager_client.secret_manager_cache_client_builder import SecretManagerCacheClientBuilder
from alibaba_cloud_secretsmanager_client.service.default_secret_manager_client_builder import DefaultSecretManagerClientBuilder

from clients import ADMIN, New


def checks(port, control):
    yield "a client that does not know the authority refuses it", not trusts(port, None)
    with urllib.request.urlopen(f"{control.url}/ca.pem") as answer:
        authority = answer.read().decode()
    yield "a client that knows it trusts it", trusts(port, authority)
    with tempfile.NamedTemporaryFile("w", suffix=".pem", delete=False) as file:
        file.write(authority)
    config = Config(*ADMIN, endpoint=f"127.0.0.1:{port}", protocol="HTTPS", ca=file.name)
    answer = kms_client.Client(config).describe_regions()
    yield "alibabacloud_kms20160120 over HTTPS", bool(answer.body.regions.region)
    os.unlink(file.name)

    builder = DefaultSecretManagerClientBuilder.standard().with_access_key(*ADMIN)
    builder.add_region_info(RegionInfo("cn-hangzhou", False, f"127.0.0.1:{port}"))
    client = SecretManagerCacheClientBuilder.new_cache_client_builder(builder.build()).build()
    value = client.get_secret_info("acs/ram/user/payroll-exporter").secret_value
    pair = next(key for key in control("access-keys") if key["userName"] == "payroll-exporter")
    yield "aliyun-secret-manager-client", pair["accessKeySecret"] in value

    listeners = control("regions")
    config = Config(*ADMIN, endpoint=listeners["cn-shanghai"], protocol="HTTP")
    names = kms_client.Client(config).list_secrets(kms_models.ListSecretsRequest(page_size=100)).body.secret_list.secret
    yield "a region by its own listener", "acs/ram/user/port-gateway" in [secret.secret_name for secret in names]
    yield "the shared listener answers for the first region", New(control.port).call("kms", "ListSecrets", {})["TotalCount"] == 20


def trusts(port, authority):
    context = ssl.create_default_context(cadata=authority)
    try:
        urllib.request.urlopen(f"https://127.0.0.1:{port}/_sandbox/clock", context=context).close()
        return True
    except urllib.error.URLError:
        return False
