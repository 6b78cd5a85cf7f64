/** The service with `JOBS_AUTH=entra`, and users with tokens for it. */
import { afterAll, beforeAll } from "vitest";
import { ada, bob, tenant } from "./principal.ts";
import { type SendOptions, send, type TextResponse } from "./send.ts";
import { dataFolder, removeData, type ServiceProcess, startOn } from "./service-process.ts";
import { startTokenIssuer, type TokenIssuer } from "./token-issuer.ts";

/** The users; only Ada and Bob have jobs. */
const people = {
  ada: { oid: ada, name: "Ada Lovelace", roles: ["submitter"] },
  bob: { oid: bob, name: "Bob", roles: ["submitter"] },
  reader: { oid: "4ead0000-0000-4000-8000-000000000001", name: "Rita", roles: ["reader"] },
  admin: { oid: "ad310000-0000-4000-8000-000000000002", name: "Adam", roles: ["admin"] },
  roleless: { oid: "00000000-0000-4000-8000-000000000003", name: "Nemo" },
} as const;

/** Prevents timeouts of storage on a busy machine. */
const patient = { JOBS_STORAGE_TIMEOUT_MS: "20000" };

export type Person = keyof typeof people;

export interface EntraService extends ServiceProcess {
  readonly issuer: TokenIssuer;
  /** The claims of a user's token. */
  claims(person: Person): Readonly<Record<string, unknown>>;
  /** Sends a request with the token of a user, or without a token. */
  as(person: Person | undefined, line: string, sent?: SendOptions): Promise<TextResponse>;
}

/** Starts one service for all tests of a file, with its own token issuer. */
export function useEntraService(environment: NodeJS.ProcessEnv = {}): () => EntraService {
  let service: EntraService | undefined;
  beforeAll(async () => {
    const issuer = await startTokenIssuer();
    const options = { script: "test/support/entra-service.ts", environment: { ...patient, ...environment } };
    const running = await startOn(await dataFolder(), ["--issuer", issuer.url], options);
    const claims = (person: Person) => ({
      tid: tenant,
      sub: `subject-of-${person}`,
      preferred_username: `${person}@example.com`,
      ...people[person],
    });
    service = {
      ...running,
      issuer,
      claims,
      async as(person, line, { headers, ...sent } = {}) {
        const token = person === undefined ? {} : { authorization: `Bearer ${await issuer.token(claims(person))}` };
        return send(running.url, line, { ...sent, headers: { ...token, ...headers } });
      },
    };
  });
  afterAll(async () => {
    if (service === undefined) return;
    await service.stop();
    service.issuer.close();
    await removeData(service.data);
  });
  return () => {
    if (service === undefined) throw new Error("The service has not started.");
    return service;
  };
}
