/** The name that KV Manager's own configs give its database, and the binding that its code reads. */
export const standardDatabase = "kv-manager-metadata";
export const standardBinding = "METADATA";
