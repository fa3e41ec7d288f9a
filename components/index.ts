export { InjectorWebhookRule, type InjectorWebhookRuleArgs } from "./injectorWebhookRule";
export { UnsealIdentity, type UnsealIdentityArgs } from "./unsealIdentity";
export { UnsealKey, type UnsealKeyArgs } from "./unsealKey";
export { VaultAutoUnseal, type VaultAutoUnsealArgs } from "./vaultAutoUnseal";
export { VaultRelease, type VaultReleaseArgs } from "./vaultRelease";
