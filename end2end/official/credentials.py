"""The same surroundings, given to the vendor's own default chain and to Keyturn, lead to the same source.

What would be asked over the network is answered here at once: it is the choice that is compared.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

PROBE = """
import alibabacloud_credentials.provider as providers
from alibabacloud_credentials.provider.default import DefaultCredentialsProvider
from alibabacloud_credentials.provider.refreshable import Credentials
for name in ("RamRoleArn", "OIDCRoleArn", "EcsRamRole", "URL"):
    of = getattr(providers, name + "CredentialsProvider")
    def answer(self):
        return Credentials(access_key_id="i", access_key_secret="s", security_token="t", provider_name=self.get_provider_name())
    of.get_credentials = answer
print(DefaultCredentialsProvider().get_credentials().get_provider_name())
"""

PAIR = {"access_key_id": "LTAI", "access_key_secret": "s"}
ROLE = {"ram_role_arn": "acs:ram::1234567890123456:role/r"}
PROFILES = [
    {"name": "ak", "mode": "AK", **PAIR},
    {"name": "sts", "mode": "StsToken", **PAIR, "sts_token": "t"},
    {"name": "role", "mode": "RamRoleArn", **PAIR, **ROLE},
    {"name": "ecs", "mode": "EcsRamRole", "ram_role_name": "web"},
    {"name": "oidc", "mode": "OIDC", **ROLE, "oidc_provider_arn": "acs:ram::1234567890123456:oidc-provider/p", "oidc_token_file": "/t"},
    {"name": "chain", "mode": "ChainableRamRoleArn", "source_profile": "ak", **ROLE},
    {"name": "sso", "mode": "CloudSSO"},
    {"name": "odd", "mode": "Odd"},
]
INI = (
    "[default]\ntype = access_key\naccess_key_id = LTAI\naccess_key_secret = s # a remark\n"
    "[role]\ntype = ram_role_arn\naccess_key_id = LTAI\naccess_key_secret = s\nrole_arn = acs:ram::1234567890123456:role/r\n"
    "[ecs]\ntype = ecs_ram_role\nrole_name = web\n[odd]\ntype = odd\n"
)
PAIR_SET = {"ACCESS_KEY_ID": "LTAI", "ACCESS_KEY_SECRET": "s"}
POD = {"OIDC_TOKEN_FILE": "/t", "ROLE_ARN": "acs:ram::1234567890123456:role/r", "OIDC_PROVIDER_ARN": "acs:ram::1234567890123456:oidc-provider/p"}
URI = {"CREDENTIALS_URI": "http://127.0.0.1:9/"}
# The vendor's name of what it came to, and how Keyturn's begins.
NAMES = {
    "default/env": "environment",
    "default/oidc_role_arn": "OIDC role of a pod",
    "default/ecs_ram_role": "ECS instance role",
    "default/credential_uri": "credentials URI",
    "default/cli_profile/static_ak": ("CLI profile", "(AK)"),
    "default/cli_profile/static_sts": ("CLI profile", "(StsToken)"),
    "default/cli_profile/ram_role_arn": ("CLI profile", "RamRoleArn)"),
    "default/cli_profile/ecs_ram_role": ("CLI profile", "(EcsRamRole)"),
    "default/cli_profile/oidc_role_arn": ("CLI profile", "(OIDC)"),
    "default/profile/static_ak": ("credentials file", "(access_key)"),
    "default/profile/ram_role_arn": ("credentials file", "(ram_role_arn)"),
    "default/profile/ecs_ram_role": ("credentials file", "(ecs_ram_role)"),
}


def cases():
    """Variables, the current CLI profile (None: no file), whether there is a credentials file."""
    yield PAIR_SET | POD, "ak", True
    yield PAIR_SET | {"SECURITY_TOKEN": "t"}, None, False
    yield {"ACCESS_KEY_ID": "LTAI"} | POD, "ak", True
    yield {"ACCESS_KEY_ID": "", "ACCESS_KEY_SECRET": ""} | POD, "ak", True
    yield {name: value for name, value in POD.items() if name != "ROLE_ARN"}, "ak", True
    for profile in PROFILES:
        yield {}, profile["name"], True
        yield {"PROFILE": profile["name"]}, "ak", False
    yield {"CLI_PROFILE_DISABLED": "true"}, "ak", True
    yield {"PROFILE": "role"}, None, True
    yield {"PROFILE": "ecs"}, None, True
    yield {"PROFILE": "odd"}, None, True
    yield {"PROFILE": "gone"}, "ak", True
    yield URI, None, False
    yield URI | {"ECS_METADATA_DISABLED": "true"}, None, False
    yield URI | {"ECS_METADATA_DISABLED": "True"}, "gone", True


def checks(binary):
    for variables, current, has_file in cases():
        with tempfile.TemporaryDirectory() as home:
            if current is not None:
                path = Path(home, ".aliyun", "config.json")
                path.parent.mkdir()
                path.write_text(json.dumps({"current": current, "profiles": PROFILES}))
            if has_file:
                path = Path(home, ".alibabacloud", "credentials.ini")
                path.parent.mkdir()
                path.write_text(INI)
            environment = {"PATH": os.environ["PATH"], "HOME": home} | {f"ALIBABA_CLOUD_{name}": value for name, value in variables.items()}
            official = subprocess.run([sys.executable, "-c", PROBE], env=environment, capture_output=True, text=True, check=True)
            ours = subprocess.run(
                [binary, "config", "--cloud", "aliyun", "--auth", "local"], env=environment, capture_output=True, text=True, check=True
            )
            line = next(line for line in ours.stdout.splitlines() if line.startswith("credentials = "))
            first = line.removeprefix("credentials = ").split(", then ")[0]
            official = official.stdout.strip().splitlines()[-1]
            start, *end = [NAMES[official]] if isinstance(NAMES[official], str) else NAMES[official]
            named = [f"{name}={value}" if name == "PROFILE" else name for name, value in variables.items()]
            about = ", ".join([*named, f"profile {current}" if current else "no profile", *(["a file"] if has_file else [])])
            yield f"{about}: {first}", first.startswith(start) and all(first.endswith(part) for part in end)
