package rotating

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	kms "github.com/alibabacloud-go/kms-20160120/v3/client"
	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/credentials-go/credentials"
)

type pair struct{ AccessKeyId, AccessKeySecret string }

// AccessKey keeps the pair, and reads it anew when Alibaba Cloud does not know it any more: after a rotation.
type AccessKey struct {
	lock sync.Mutex
	pair *pair
}

// Call runs use; once more with the new pair where the old one is refused.
func (key *AccessKey) Call(use func(id, secret string) error) error {
	key.lock.Lock()
	defer key.lock.Unlock()
	for again := false; ; again = true {
		if key.pair == nil {
			if err := key.read(); err != nil {
				return err
			}
		}
		err := use(key.pair.AccessKeyId, key.pair.AccessKeySecret)
		var refused *tea.SDKError
		if again || !errors.As(err, &refused) || !strings.HasPrefix(tea.StringValue(refused.Code), "InvalidAccessKeyId") {
			return err
		}
		key.pair = nil
	}
}

func (key *AccessKey) read() error {
	credential, err := credentials.NewCredential(nil)
	if err != nil {
		return err
	}
	client, err := kms.NewClient(&openapi.Config{Credential: credential, Endpoint: tea.String("kms.{region}.aliyuncs.com")})
	if err != nil {
		return err
	}
	answer, err := client.GetSecretValue(&kms.GetSecretValueRequest{SecretName: tea.String("{name}")})
	if err != nil {
		return err
	}
	key.pair = &pair{}
	return json.Unmarshal([]byte(tea.StringValue(answer.Body.SecretData)), key.pair)
}
