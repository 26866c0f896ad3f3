import {
  to = alicloud_kms_secret.{identifier}
  id = "{name}"
}

resource "alicloud_kms_secret" "{identifier}" {
  secret_name               = "{name}"
  secret_type               = "RAMCredentials"
  secret_data               = "managed by KMS"
  version_id                = "managed by KMS"
  enable_automatic_rotation = {is_rotated}{interval}{place}

  lifecycle {
    # A replacement would delete the secret, and with it what applications read.
    prevent_destroy = true
    # KMS replaces the value at each rotation, and what creation was given is never told again.
    ignore_changes = [
      secret_data, version_id, version_stages, secret_data_type, extended_config,
      encryption_key_id, dkms_instance_id, description, tags,
    ]
  }
}
