import type { Command } from "commander";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { UserError } from "../errors.js";
import type { Publication } from "../warehouse/publication.js";
import { Store } from "../warehouse/store.js";
import { withCommonOptions } from "./options.js";

export interface StoreOptions {
  store: string;
  json?: boolean;
  verbose?: boolean;
}

/** Options of commands that read what runs left behind. */
export function withStoreOptions(command: Command): Command {
  return withCommonOptions(command.option("-s, --store <folder>", "where results are kept", "data/store"));
}

export function openStore({ store }: StoreOptions): Store {
  const folder = resolve(store);
  if (existsSync(folder)) return new Store(folder);
  throw new UserError(`${store}: there is no such store`, {
    hint: "Run a pipeline first (ancora run), or name its folder with --store.",
  });
}

export async function openPublished(store: Store): Promise<Publication> {
  const { currentPublication } = await import("../warehouse/publication.js");
  const publication = await currentPublication(store);
  if (publication) return publication;
  throw new UserError(`${store.folder}: nothing is published yet`, {
    hint: "Run a pipeline to its end first: ancora run.",
  });
}
