// The drawings the server keeps, the formats it exports to, and files from outside.
import { create } from "zustand";
import type { Finding } from "../model/findings";
import type { TopologyDocument, TopologyId } from "../model/topology";
import { download, RequestRefused, request, upload } from "../wire/http";
import type { ExportFormat } from "./catalogueStore";

export interface Entry {
  readonly id: TopologyId;
  readonly name: string;
  readonly revision: string;
  readonly created_at: number;
  readonly changed_at: number;
}

export interface Imported {
  readonly topology: TopologyDocument;
  readonly understood: readonly string[];
  readonly not_understood: readonly string[];
  readonly findings: readonly Finding[];
}

export interface LibraryState {
  readonly entries: readonly Entry[];
  readonly formats: readonly ExportFormat[];
  /** @throws RequestRefused */
  list(): Promise<void>;
  /** @throws RequestRefused */
  remove(entry: Entry): Promise<void>;
}

export const useLibrary = create<LibraryState>()((set, get) => ({
  entries: [],
  formats: [],
  async list() {
    const { body } = await request<{ items: readonly Entry[] }>("GET", "/topologies?limit=50");
    set({ entries: body.items });
  },
  async remove(entry) {
    await request("DELETE", `/topologies/${entry.id}`, { revision: "*" });
    set({ entries: get().entries.filter(({ id }) => id !== entry.id) });
  },
}));

/** The formats a drawing can be exported to. @throws RequestRefused */
export async function loadFormats(): Promise<void> {
  if (useLibrary.getState().formats.length) return;
  const { body } = await request<{ items: readonly ExportFormat[] }>("GET", "/formats");
  useLibrary.setState({ formats: body.items });
}

/**
 * Export a kept drawing.
 *
 * @returns the file's name and content, and what the format cannot hold.
 * @throws RequestRefused
 */
export async function exportDrawing(
  topology: TopologyId,
  format: string,
): Promise<{ name: string; blob: Blob; lost: readonly string[] }> {
  const { blob, headers } = await download(`/topologies/${topology}/exports/${encodeURIComponent(format)}`);
  const name = /filename="?([^";]+)"?/.exec(headers.get("Content-Disposition") ?? "")?.[1];
  const lost = (headers.get("X-Lost") ?? "").split(";").map((part) => part.trim());
  return { name: name ?? `topology.${format}`, blob, lost: lost.filter(Boolean) };
}

/** Read a file as a drawing; nothing is saved. @throws RequestRefused */
export const readFile = (file: File): Promise<Imported> => upload<Imported>("/imports", file);

/** Give the server its token; it answers with a cookie. @throws RequestRefused */
export const giveToken = async (token: string): Promise<void> => {
  await request("POST", "/session", { body: { token } });
};

/** Whether an error says that the server wants a token. */
export const wantsToken = (error: unknown): boolean =>
  error instanceof RequestRefused && error.status === 401;
