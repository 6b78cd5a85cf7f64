/** The file azurite.json in the folder of an Azurite, with its process, ports and key. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const azuriteServices = ["blob", "queue", "table"] as const;
export type AzuritePorts = Readonly<Record<(typeof azuriteServices)[number], number>>;

export interface AzuriteAddress {
  readonly ports: AzuritePorts;
  readonly key: string;
}

/** Content of azurite.json. */
export interface AzuriteState {
  /** 0 after a stop. */
  readonly pid: number;
  /** Missing until Azurite has started on the folder for the first time. */
  readonly ports?: AzuritePorts;
  readonly key?: string;
}

/** Account name of all storage emulators. */
export const azuriteAccount = "devstoreaccount1";

/** Reads azurite.json; undefined if it is missing or damaged. */
export function readAzuriteState(folder: string): AzuriteState | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "azurite.json"), "utf8")) as AzuriteState;
  } catch {
    return undefined;
  }
}

/** Writes azurite.json, which only this user can read. */
export function writeAzuriteState(folder: string, state: AzuriteState): void {
  writeFileSync(join(folder, "azurite.json"), `${JSON.stringify(state)}\n`, { mode: 0o600 });
}

/** True if the state has ports and a key. */
export function hasAddress(state: AzuriteState | undefined): state is AzuriteState & AzuriteAddress {
  return state?.ports !== undefined && state.key !== undefined;
}

/** The connection string of an Azurite on 127.0.0.1. */
export function connectionStringTo({ ports, key }: AzuriteAddress): string {
  const endpoints = azuriteServices.map(
    (name) => `${name[0]?.toUpperCase()}${name.slice(1)}Endpoint=http://127.0.0.1:${ports[name]}/${azuriteAccount};`,
  );
  return `DefaultEndpointsProtocol=http;AccountName=${azuriteAccount};AccountKey=${key};${endpoints.join("")}`;
}
