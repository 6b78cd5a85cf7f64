/** A local token issuer with the endpoints of Microsoft Entra ID that App Service authentication uses. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

export interface TokenIssuer {
  readonly url: string;
  /** A signed token; `claims` override the defaults. */
  token(claims: Readonly<Record<string, unknown>>, lifetimeSeconds?: number): Promise<string>;
  close(): void;
}

/** The audience of the tokens. */
export const audience = "api://jobgate";
const kid = "test-key";

export async function startTokenIssuer(): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const keys = [{ ...(await exportJWK(publicKey)), kid, use: "sig", alg: "RS256" }];
  let url = "";
  const documents: Readonly<Record<string, () => object>> = {
    "/.well-known/openid-configuration": () => ({ issuer: url, jwks_uri: `${url}/keys` }),
    "/keys": () => ({ keys }),
  };
  const server = createServer(({ url: path = "" }, response) => {
    const document = documents[path];
    response.writeHead(document === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(document?.() ?? {}));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    token: (claims, lifetimeSeconds = 600) => {
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({
        iss: url,
        aud: audience,
        iat: now - 1200,
        nbf: now - 1200,
        exp: now + lifetimeSeconds,
        ...claims,
      })
        .setProtectedHeader({ alg: "RS256", kid })
        .sign(privateKey);
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
