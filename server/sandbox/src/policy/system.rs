//! The vendor's own policies that this part of the cloud uses, as its help pages have them.

/// A policy that every account has.
pub(crate) struct SystemPolicy {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) document: &'static str,
}

/// `AliyunRAMFullAccess`, `AdministratorAccess` and `ReadOnlyAccess` were in no source that could be read; theirs follow
/// from their names (UNVERIFIED).
pub(crate) const SYSTEM_POLICIES: &[SystemPolicy] = &[
    SystemPolicy {
        name: "AdministratorAccess",
        description: "Full access to everything.",
        document: r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
    },
    SystemPolicy {
        name: "ReadOnlyAccess",
        description: "Read-only access to everything.",
        document: r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":["*:Describe*","*:List*","*:Get*","*:BatchGet*","*:Query*","*:BatchQuery*"],"Resource":"*"}]}"#,
    },
    SystemPolicy {
        name: "AliyunKMSFullAccess",
        description: "Full access to KMS.",
        document: r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"},{"Effect":"Allow","Action":"ram:CreateServiceLinkedRole","Resource":"*","Condition":{"StringEquals":{"ram:ServiceName":["secretsmanager-rds.kms.aliyuncs.com","keystore.kms.aliyuncs.com"]}}}]}"#,
    },
    SystemPolicy {
        name: "AliyunKMSReadOnlyAccess",
        description: "Read-only access to KMS, values excepted.",
        document: r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":["kms:List*","kms:Describe*","kms:GetPublicKey","kms:GetUploadBackupDataInfo","kms:GetKmsInstanceSharedAccounts","kms:GetKmsInstanceQuotaInfos","kms:GetCheckAssociateResourceTaskResults","kms:GetKeyPolicy","kms:GetKeyDefaultPolicy","kms:GetSecretPolicy","kms:GetSecretDefaultPolicy","kms:GetKmsInstance","kms:GetDefaultKmsInstance"],"Resource":"*"}]}"#,
    },
    SystemPolicy {
        name: "AliyunKMSSecretAdminAccess",
        description: "Full access to secrets.",
        document: r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"acs:kms:*:*:secret*"},{"Effect":"Allow","Action":"kms:GetRandomPassword","Resource":"*"},{"Effect":"Allow","Action":["rds:DescribeDBInstances","rds:DescribeDBInstanceAttribute","rds:DescribeDatabases","rds:DescribeAccounts","rds:DescribeDBInstanceNetInfo","rds:CreateAccount","rds:GrantAccountPrivilege"],"Resource":"*"},{"Effect":"Allow","Action":"ecs:DescribeInstances","Resource":"acs:ecs:*:*:instance/*"},{"Effect":"Allow","Action":["ecs:TagResources","ecs:UntagResources","ecs:ListTagResources"],"Resource":["acs:kms:*:*:key/*","acs:kms:*:*:secret/*"]},{"Effect":"Allow","Action":"ram:CreateServiceLinkedRole","Resource":"*","Condition":{"StringEquals":{"ram:ServiceName":["secretsmanager-rds.kms.aliyuncs.com","secretsmanager-ecs.kms.aliyuncs.com"]}}}]}"#,
    },
    SystemPolicy {
        name: "AliyunKMSSecretUserAccess",
        description: "Reads the values of secrets.",
        document: r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":["kms:GetSecretValue"],"Resource":"*"},{"Effect":"Allow","Action":["kms:DescribeSecret","kms:ListSecretVersionIds"],"Resource":"*"}]}"#,
    },
    SystemPolicy {
        name: "AliyunKMSManageRAMCredentialsRolePolicy",
        description: "Lets KMS manage the AccessKeys of RAM users.",
        document: r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":["ram:ListAccessKeys","ram:CreateAccessKey","ram:DeleteAccessKey","ram:UpdateAccessKey","ram:GetAccessKeyLastUsed"],"Resource":"*"}]}"#,
    },
    SystemPolicy {
        name: "AliyunRAMFullAccess",
        description: "Full access to RAM.",
        document: r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"ram:*","Resource":"*"}]}"#,
    },
    SystemPolicy {
        name: "AliyunRAMReadOnlyAccess",
        description: "Read-only access to RAM.",
        document: r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":["ram:Get*","ram:List*","ram:GenerateCredentialReport"],"Resource":"*"},{"Effect":"Allow","Action":["accessanalyzer:Get*","accessanalyzer:List*"],"Resource":"*"}]}"#,
    },
    SystemPolicy {
        name: "AliyunSTSAssumeRoleAccess",
        description: "Assumes roles.",
        document: r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}"#,
    },
];

pub(crate) fn find(name: &str) -> Option<&'static SystemPolicy> {
    SYSTEM_POLICIES.iter().find(|policy| policy.name == name)
}
