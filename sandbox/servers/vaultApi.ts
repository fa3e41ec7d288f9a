/** An answer of Vault that is no success. */
export class VaultApiError extends Error {
  public constructor(
    public readonly status: number,
    public readonly errors: string[],
  ) {
    super(errors.join("; ") || `HTTP status ${status}`);
    this.name = "VaultApiError";
  }
}

export interface SealStatus {
  /** The seal that the server is configured with, e.g. "awskms". */
  type: string;
  initialized: boolean;
  sealed: boolean;
}

/** What `operator init` gives with an auto-unseal: recovery keys and the root token. Kept in memory only. */
export interface Initialization {
  recoveryKeys: string[];
  rootToken: string;
}

/** The HTTP API of one server. @see https://developer.hashicorp.com/vault/api-docs/system */
export class VaultApi {
  public constructor(
    public readonly address: string,
    private readonly token = "",
  ) {}

  public withToken(token: string): VaultApi {
    return new VaultApi(this.address, token);
  }

  public async sealStatus(): Promise<SealStatus> {
    return (await this.request("GET", "sys/seal-status")) as unknown as SealStatus;
  }

  /** `active` and `standby` serve; nothing else does. */
  public async health(): Promise<"active" | "standby" | "sealed" | "uninitialized" | "other"> {
    const { status } = await this.send("GET", "sys/health");
    return (
      ({ 200: "active", 429: "standby", 501: "uninitialized", 503: "sealed" } as const)[status] ?? "other"
    );
  }

  public async initialize(shares: Record<string, number>): Promise<Initialization> {
    const given = await this.request("PUT", "sys/init", shares);
    return { recoveryKeys: given.recovery_keys_base64 as string[], rootToken: given.root_token as string };
  }

  public async enableKeyValue(mount: string): Promise<void> {
    await this.request("POST", `sys/mounts/${mount}`, { type: "kv", options: { version: "1" } });
  }

  public async write(path: string, data: Record<string, string>): Promise<void> {
    await this.request("PUT", path, data);
  }

  public async read(path: string): Promise<Record<string, string>> {
    return (await this.request("GET", path)).data as Record<string, string>;
  }

  /** Ids of the raft members that vote. */
  public async raftVoters(): Promise<string[]> {
    const { data } = await this.request("GET", "sys/storage/raft/configuration");
    const { config } = data as { config: { servers: { node_id: string; voter: boolean }[] } };
    return config.servers.filter(({ voter }) => voter).map(({ node_id }) => node_id);
  }

  private async request(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const response = await this.send(method, path, body);
    const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
    if (!response.ok) throw new VaultApiError(response.status, (answer.errors as string[] | undefined) ?? []);
    return answer;
  }

  private send(method: string, path: string, body?: object): Promise<Response> {
    return fetch(`${this.address}/v1/${path}`, {
      method,
      headers: { "x-vault-token": this.token, "x-vault-request": "true" },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(5000),
    });
  }
}
