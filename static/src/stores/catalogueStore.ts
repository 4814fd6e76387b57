// The catalogue and the list of examples, asked for once.
import { create } from "zustand";
import { type Catalogue, EMPTY_CATALOGUE } from "../model/catalogue";
import type { TopologyDocument } from "../model/topology";
import { request } from "../wire/http";

export interface Example {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly family: string;
}

export interface ExportFormat {
  readonly name: string;
  readonly title: string;
  readonly suffix?: string;
}

export interface CatalogueState {
  readonly catalogue: Catalogue;
  readonly examples: readonly Example[];
  readonly isLoaded: boolean;
  load(): Promise<void>;
  example(name: string): Promise<TopologyDocument>;
}

export const useCatalogue = create<CatalogueState>()((set) => ({
  catalogue: EMPTY_CATALOGUE,
  examples: [],
  isLoaded: false,
  async load() {
    const [catalogue, examples] = await Promise.all([
      request<Catalogue>("GET", "/catalogue"),
      request<readonly Example[]>("GET", "/examples"),
    ]);
    set({ catalogue: catalogue.body, examples: examples.body, isLoaded: true });
  },
  example: async (name) =>
    (await request<TopologyDocument>("GET", `/examples/${encodeURIComponent(name)}`)).body,
}));
