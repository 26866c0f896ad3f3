// com.aliyun:kms20160120, com.aliyun:credentials-java, com.google.code.gson:gson
import com.aliyun.credentials.Client;
import com.aliyun.kms20160120.models.GetSecretValueRequest;
import com.aliyun.tea.TeaException;
import com.aliyun.teaopenapi.models.Config;
import com.google.gson.Gson;
import com.google.gson.JsonObject;

/** Keeps the pair, and reads it anew when Alibaba Cloud does not know it any more: after a rotation. */
final class RotatingAccessKey {
  interface Use<T> { T with(String accessKeyId, String accessKeySecret) throws Exception; }

  private final com.aliyun.kms20160120.Client kms;
  private JsonObject pair;

  RotatingAccessKey() throws Exception {
    kms = new com.aliyun.kms20160120.Client(
        new Config().setCredential(new Client()).setEndpoint("kms.{region}.aliyuncs.com"));
  }

  <T> T call(Use<T> use) throws Exception {
    JsonObject refused = null;
    for (;;) {
      JsonObject pair = pair(refused);
      try {
        return use.with(pair.get("AccessKeyId").getAsString(), pair.get("AccessKeySecret").getAsString());
      } catch (TeaException error) {
        boolean isKey = error.getCode() != null && error.getCode().startsWith("InvalidAccessKeyId");
        if (refused != null || !isKey) throw error;
        refused = pair;
      }
    }
  }

  private synchronized JsonObject pair(JsonObject refused) throws Exception {
    if (pair == null || pair == refused) {
      GetSecretValueRequest request = new GetSecretValueRequest().setSecretName("{name}");
      pair = new Gson().fromJson(kms.getSecretValue(request).getBody().getSecretData(), JsonObject.class);
    }
    return pair;
  }
}
