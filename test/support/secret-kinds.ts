/** A made-up secret, as a user may have it in a file or a message. */
export interface Kind {
  kind: string;
  /** The secret with what identifies it as one, on one line. */
  text: string;
  /** The part of it that must not be shown. */
  hidden: string;
}

const small = "abcdefghijklmnopqrstuvwxyz";
const letters = small + small.toUpperCase();
const hex = "0123456789abcdef";
const anyOf = `${letters}0123456789`;

let state = 20260101;
/** Pseudorandom characters, the same in every run, so that none of these secrets is spelled out in this file. */
function drawn(length: number, from = anyOf): string {
  return Array.from({ length }, () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return from[Math.floor((state / 2147483648) * from.length)];
  }).join("");
}

/** @param write puts the secret into its text */
function kind(name: string, hidden: string, write: (secret: string) => string = (secret) => secret): Kind {
  return { kind: name, text: write(hidden), hidden };
}

const base64 = (text: string) => Buffer.from(text).toString("base64");
const jwt = () => `eyJ${drawn(33)}.eyJ${drawn(90)}.${drawn(43, `${anyOf}-_`)}`;
const email = () => `${drawn(9, small)}.${drawn(7, small)}@example.org`;
const uuid = () => `${drawn(4, hex)}-4${drawn(3, hex)}-8${drawn(3, hex)}-${drawn(12, hex)}`;
const signed = (secret: string) =>
  `https://bucket.r2.example/backup.sql?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=${secret}&x-id=GetObject`;

/** The kinds of secrets that users of this program may have. */
export const kinds: Kind[] = [
  kind("Cloudflare user token", drawn(48), (s) => `cfut_${s}`),
  kind("Cloudflare account token", drawn(48), (s) => `cfat_${s}`),
  kind("Cloudflare global key", drawn(48), (s) => `cfk_${s}`),
  kind("older Cloudflare token", drawn(40)),
  kind("older Cloudflare token with dashes", `${drawn(12)}-${drawn(13)}_${drawn(13)}`),
  kind("older Cloudflare token of a variable", drawn(40), (s) => `CLOUDFLARE_API_TOKEN=${s}`),
  kind("older Cloudflare global key", drawn(37, hex)),
  kind("Cloudflare key header", drawn(37, hex), (s) => `X-Auth-Key: ${s}`),
  kind("Cloudflare e-mail header", email(), (s) => `X-Auth-Email: ${s}`),
  kind("Cloudflare origin CA key", `${drawn(24, hex)}-${drawn(146, hex)}`, (s) => `v1.0-${s}`),
  kind("Cloudflare service key header", drawn(80, hex), (s) => `X-Auth-User-Service-Key: v1.0-${s}`),
  kind("wrangler's access token", `${drawn(43, `${anyOf}-_`)}.${drawn(43)}`, (s) => `oauth_token = "${s}"`),
  kind(
    "wrangler's refresh token",
    `${drawn(43)}.${drawn(43, `${anyOf}-_`)}`,
    (s) => `"refresh_token":"${s}"`,
  ),
  kind("Cloudflare tunnel token", drawn(160), (s) => `eyJ${s}==`),
  kind("Cloudflare Access cookie", jwt(), (s) => `CF_Authorization=${s}`),
  kind("Cloudflare Access secret", drawn(64, hex), (s) => `CF_ACCESS_CLIENT_SECRET: ${s}`),
  kind("bearer header", drawn(40), (s) => `Authorization: Bearer ${s}`),
  kind("bearer in JSON in JSON", drawn(52), (s) => `{\\"authorization\\":\\"Bearer ${s}\\"}`),
  kind("bearer alone", drawn(30), (s) => `Bearer ${s}`),
  kind("basic login", base64(`${drawn(12)}:${drawn(18)}`), (s) => `Basic ${s}`),
  kind("signed R2 address", drawn(64, hex), signed),
  kind("signed R2 address in JSON", drawn(64, hex), (s) => signed(s).replaceAll("&", "\\u0026")),
  kind("signed R2 address in another", drawn(64, hex), (s) => `to=${encodeURIComponent(signed(s))}`),
  kind("signature alone", drawn(64, hex), (s) => `X-Amz-Signature=${s}`),
  kind("account id", drawn(26, hex), (s) => `0f1e2d${s}`),
  kind("database id", uuid(), (s) => `0a1b2c3d-${s}`),
  kind("GitHub personal token", drawn(36), (s) => `ghp_${s}`),
  kind("GitHub OAuth token", drawn(36), (s) => `gho_${s}`),
  kind("GitHub server token", drawn(36), (s) => `ghs_${s}`),
  kind("GitHub user token", drawn(36), (s) => `ghu_${s}`),
  kind("GitHub refresh token", drawn(76), (s) => `ghr_${s}`),
  kind("GitHub fine-grained token", `${drawn(22)}_${drawn(59)}`, (s) => `github_pat_${s}`),
  kind("npm token", drawn(36), (s) => `npm_${s}`),
  kind("npm token of .npmrc", drawn(36, hex), (s) => `//registry.example/:_authToken=${s}`),
  kind("npm login of .npmrc", base64(drawn(30)), (s) => `//registry.example/:_auth=${s}`),
  kind("AWS key id", drawn(16, anyOf.toUpperCase()), (s) => `AKIA${s}`),
  kind("AWS temporary key id", drawn(16, anyOf.toUpperCase()), (s) => `ASIA${s}`),
  kind("AWS secret key", drawn(40, `${anyOf}+/`), (s) => `aws_secret_access_key = ${s}`),
  kind("AWS secret key in JSON", drawn(40, `${anyOf}+/`), (s) => `"SecretAccessKey": "${s}"`),
  kind("AWS session token", drawn(200, `${anyOf}+/`), (s) => `AWS_SESSION_TOKEN=${s}`),
  kind("JSON Web Token", jwt()),
  kind("JSON Web Token in JSON", jwt(), (s) => `{"jwt":"${s}"}`),
  kind(
    "password of several words",
    `${drawn(6, small)} ${drawn(9, small)} ${drawn(9, small)}`,
    (s) => `password: "${s}"`,
  ),
  kind("login in an address", drawn(20), (s) => `postgres://admin:${s}@db.example/kv`),
  kind("e-mail address", email()),
  kind("e-mail address in an address", email().replace("@", "%40"), (s) => `?login=${s}`),
];

/** Texts that only look like secrets, or are where one could be. */
export const harmless: string[] = [
  'near "token": syntax error at offset 12: SQLITE_ERROR',
  'D1_ERROR: near "authorization": syntax error',
  'unrecognized token: "0x12zz": SQLITE_ERROR',
  "no such column: api_token",
  "UPDATE a SET token = excluded.token WHERE secret = NULL",
  "UPDATE a SET password = lower(password)",
  "CREATE TABLE sessions(token TEXT NOT NULL, secret TEXT DEFAULT '')",
  "Invalid API token: unauthorized",
  "The bearer token is missing; Bearer authentication is needed",
  "Basic authentication, Basic information",
  "set CLOUDFLARE_API_TOKEN=<your-token> or CLOUDFLARE_API_TOKEN=$TOKEN",
  "npm_config_user_agent and npm_lifecycle_script_of_a_package",
  "npx wrangler d1 time-travel restore kv --bookmark=00000085-0000024c-00004c6d-8e61117bf38d7adb71b934ebbf891683",
  "git+https://github.com/neverinfamous/kv-manager.git#0f1e2d3c4b5a69788796a5b4c3d2e1f001020304",
  "wrangler 4.86.0 (workerd 1.20260101.0-beta.1), node v20.19.43-nightly20260101abcdef0123",
  "migrations/0003_job_metadata_of_bulk_jobs_and_their_events.sql",
  "idx_job_audit_events_user_and_timestamp_2",
  "CloudflareWorkersKvManagerMetadataBinding1",
  "/srv/projects/kv-manager-upgrade/.wrangler/state/v3/d1/miniflare-D1DatabaseObject",
  "https://developers.cloudflare.com/d1/reference/time-travel/?search=token#signature",
  "sk-hyphenated-names-of-a-package and sk_names_of_columns_too",
  "task_management_of_a_whole_department",
  "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  "kv-manager-upgrade setup --remote --binding METADATA --config wrangler.dev.jsonc --yes",
  "npm install --save-dev wrangler@4.86.0 @types/node@20.19.43",
];

/** How many characters of a secret count as a leak. */
const telling = 8;

/** Returns the parts of a secret that an output still shows, even split over lines, cells or a column, or encoded. */
export function partsShown(output: string, { hidden }: Kind): string[] {
  const plain = output.replace(/\x1b\[[\d;]*m/g, "");
  const cells = plain.split("\n").map((line) => line.split(/[│|]/));
  const widest = Math.max(...cells.map((row) => row.length));
  const columns = Array.from({ length: widest }, (_, i) => cells.map((row) => row[i]?.trim() ?? "").join(""));
  const texts = [plain, plain.replace(/%[\dA-F]{2}/g, decoded)].flatMap((text) =>
    text.replace(/[\s│|]/g, ""),
  );
  const all = [...texts, ...columns].join("\n");
  const parts = Array.from({ length: hidden.length - telling + 1 }, (_, i) => hidden.slice(i, i + telling));
  return parts.filter((part) => all.includes(part.replace(/\s/g, "")));
}

function decoded(sign: string): string {
  return String.fromCharCode(Number.parseInt(sign.slice(1), 16));
}
