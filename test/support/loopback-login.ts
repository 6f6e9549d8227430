import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * A login of `wrangler login`, with the hardest rule of Cloudflare's token server: a refresh token is valid for one
 * use. Sending it again returns `invalid_grant`; so does the next run if the new one was not saved.
 */
export class LoopbackLogin {
  /** How often it was renewed, and how often a spent refresh token was sent. */
  renewed = 0;
  refused = 0;
  /** Seconds for which a new access token is valid. */
  lifetime = 3600;
  /** Milliseconds from the use of a refresh token to the response. */
  delay = 0;
  /** The environment that makes wrangler use it. */
  readonly env: NodeJS.ProcessEnv;
  private readonly prefix = randomBytes(6).toString("hex");
  private readonly file: string;
  private access = "";
  private refresh = "";
  private until = 0;

  /**
   * @param folder stands for the user's home
   * @param tokenUrl where wrangler renews it
   */
  constructor(folder: string, tokenUrl: string) {
    this.file = join(folder, "config", ".wrangler", "config", "default.toml");
    this.env = {
      CLOUDFLARE_API_TOKEN: undefined,
      HOME: folder,
      XDG_CONFIG_HOME: join(folder, "config"),
      WRANGLER_TOKEN_URL: tokenUrl,
    };
    mkdirSync(dirname(this.file), { recursive: true });
    this.rotate();
    this.save(this.until);
  }

  /** Makes the saved access token expire. */
  expire(): void {
    this.until = 0;
    this.save(0);
  }

  /** Whether wrangler has saved a login that still works. */
  get isSaved(): boolean {
    return readFileSync(this.file, "utf8").includes(this.refresh);
  }

  /** Whether a request comes with this login. */
  accepts(authorization: string | undefined): boolean {
    return authorization === `Bearer ${this.access}` && Date.now() < this.until + 5000;
  }

  /** Whether a renewal is for this login: each has its own tokens. */
  owns(form: URLSearchParams): boolean {
    return (form.get("refresh_token") ?? "").startsWith(`${this.prefix}-`);
  }

  /** Renews the login. */
  async exchange(form: URLSearchParams): Promise<{ status: number; body: object }> {
    if (form.get("refresh_token") !== this.refresh) {
      this.refused++;
      return {
        status: 400,
        body: { error: "invalid_grant", error_description: "The token was already used" },
      };
    }
    this.renewed++;
    this.rotate();
    const [access_token, refresh_token] = [this.access, this.refresh];
    await sleep(this.delay);
    return {
      status: 200,
      body: { access_token, refresh_token, expires_in: this.lifetime, scope: scopes.join(" ") },
    };
  }

  private rotate(): void {
    const fresh = () => `${this.prefix}-${randomBytes(16).toString("hex")}`;
    this.access = fresh();
    this.refresh = fresh();
    this.until = Date.now() + this.lifetime * 1000;
  }

  private save(until: number): void {
    const lines = {
      oauth_token: this.access,
      refresh_token: this.refresh,
      expiration_time: new Date(until).toISOString(),
      scopes,
    };
    writeFileSync(
      this.file,
      Object.entries(lines)
        .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
        .join(""),
    );
  }
}

const scopes = ["account:read", "user:read", "d1:write", "offline_access"];
