# pip install alibabacloud_kms20160120
import json

from alibabacloud_credentials.client import Client as Credentials
from alibabacloud_kms20160120.client import Client
from alibabacloud_kms20160120.models import GetSecretValueRequest
from alibabacloud_tea_openapi.models import Config

kms = Client(Config(credential=Credentials(), endpoint="kms.{region}.aliyuncs.com"))


class RotatingAccessKey:
    """Keeps the pair, and reads it anew when Alibaba Cloud does not know it any more: after a rotation."""

    def __init__(self):
        self.pair = None

    def call(self, use):
        """Runs use(access_key_id, access_key_secret); once more with the new pair where the old one is refused."""
        for is_again in (False, True):
            if self.pair is None:
                answer = kms.get_secret_value(GetSecretValueRequest(secret_name="{name}"))
                self.pair = json.loads(answer.body.secret_data)
            try:
                return use(self.pair["AccessKeyId"], self.pair["AccessKeySecret"])
            except Exception as error:
                if is_again or not str(getattr(error, "code", "")).startswith("InvalidAccessKeyId"):
                    raise
                self.pair = None
