/**
 * What the awskms seal asks of KMS, and all it asks: `DescribeKey` at start, `Encrypt` when it seals the root key,
 * `Decrypt` when it unseals.
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration/seal/awskms#authentication
 */
export const unsealActions = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"];
