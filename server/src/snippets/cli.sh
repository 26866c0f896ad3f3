# The current pair, as JSON. Whoever runs this needs the policy below.
aliyun kms GetSecretValue --region {region} --SecretName '{name}' | jq -r .SecretData
