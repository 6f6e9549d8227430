/** Flags that answer every question about the local development database, except whether to apply. */
export const answered = ["--local", "-b", "kv-manager-metadata-dev", "--deployed", "2025-11-01"];
