export { InjectorWebhookRule, type InjectorWebhookRuleArgs } from "./injectorWebhookRule";
export { UnsealIdentity, type UnsealIdentityArgs } from "./unsealIdentity";
export { UnsealKey, type UnsealKeyArgs } from "./unsealKey";
export { UnsealKeyAlarms, type UnsealKeyAlarmsArgs } from "./unsealKeyAlarms";
export { VaultAutoUnseal, type VaultAutoUnsealArgs } from "./vaultAutoUnseal";
export { VaultMonitoring, type VaultMonitoringArgs } from "./vaultMonitoring";
export { VaultRelease, type VaultReleaseArgs } from "./vaultRelease";
