/** A storage account with identities: Azurite over HTTPS, which accepts unsigned tokens. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import type { TokenCredential } from "../../shared/core/ports/ports.ts";
import { startTestAzurite } from "./azurite.ts";
import { selfSigned } from "./self-signed.ts";

export interface IdentityStorage {
  readonly blobUri: string;
  readonly queueUri: string;
  readonly tableUri: string;
  stop(): Promise<void>;
}

const tenant = "ab1f708d-50f6-404c-a006-d71b2ac7a606";

/** Starts the account; afterwards this process trusts its certificate. */
export async function startIdentityStorage(): Promise<IdentityStorage> {
  const folder = await mkdtemp(join(tmpdir(), "jobgate-azurite-"));
  try {
    const { key, cert } = selfSigned("localhost");
    const [keyFile, certFile] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    await Promise.all([writeFile(keyFile, key), writeFile(certFile, cert)]);
    const azurite = await startTestAzurite(["--oauth", "basic", "--cert", certFile, "--key", keyFile]);
    setDefaultCACertificates([...getCACertificates("default"), cert]);
    // The certificate is valid for the name, not for the address.
    const named = (uri: string) => uri.replace("http://127.0.0.1:", "https://localhost:");
    return {
      blobUri: named(azurite.blobUri),
      queueUri: named(azurite.queueUri),
      tableUri: named(azurite.tableUri),
      stop: azurite.stop,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

export interface TestCredential extends TokenCredential {
  /** The scopes of all requested tokens. */
  readonly requestedScopes: readonly string[];
}

/**
 * Returns tokens of an invented identity, like those of Entra but unsigned.
 * @param lifeSeconds negative for expired tokens.
 */
export function createTestCredential(lifeSeconds = 3600): TestCredential {
  const requestedScopes: string[] = [];
  return {
    requestedScopes,
    async getToken(scopes) {
      requestedScopes.push(...[scopes].flat());
      const now = Math.floor(Date.now() / 1000);
      const times = { iat: now - 7200, nbf: now - 7200, exp: now + lifeSeconds };
      const claims = {
        aud: "https://storage.azure.com",
        iss: `https://sts.windows.net/${tenant}/`,
        oid: tenant,
        tid: tenant,
        ...times,
      };
      const [head, body] = [{ alg: "none", typ: "JWT" }, claims].map((part) =>
        Buffer.from(JSON.stringify(part)).toString("base64url"),
      );
      return { token: `${head}.${body}.`, expiresOnTimestamp: (now + lifeSeconds) * 1000 };
    },
  };
}
