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
	var refused *pair
	for {
		current, err := key.current(refused)
		if err != nil {
			return err
		}
		err = use(current.AccessKeyId, current.AccessKeySecret)
		var failure *tea.SDKError
		if refused != nil || !errors.As(err, &failure) || !strings.HasPrefix(tea.StringValue(failure.Code), "InvalidAccessKeyId") {
			return err
		}
		refused = current
	}
}

func (key *AccessKey) current(refused *pair) (*pair, error) {
	key.lock.Lock()
	defer key.lock.Unlock()
	if key.pair != nil && key.pair != refused {
		return key.pair, nil
	}
	credential, err := credentials.NewCredential(nil)
	if err != nil {
		return nil, err
	}
	client, err := kms.NewClient(&openapi.Config{Credential: credential, Endpoint: tea.String("kms.{region}.aliyuncs.com")})
	if err != nil {
		return nil, err
	}
	answer, err := client.GetSecretValue(&kms.GetSecretValueRequest{SecretName: tea.String("{name}")})
	if err != nil {
		return nil, err
	}
	read := &pair{}
	if err := json.Unmarshal([]byte(tea.StringValue(answer.Body.SecretData)), read); err != nil {
		return nil, err
	}
	key.pair = read
	return read, nil
}
