// Messages asked for one by one: the last of a link, one in full, what a manual node sent and got.
import type { Token } from "../model/telemetry";
import type { LinkId, NodeId } from "../model/topology";
import { request } from "../wire/http";
import { useRun } from "./runStore";

export interface Frame {
  readonly text?: string | null;
  readonly hex: string;
  readonly octets: number;
  /** Whether more octets follow than are given here. */
  readonly more?: boolean;
}

export interface KeptMessage {
  readonly connection?: string;
  /** Its place in its connection, from 1. */
  readonly seq: number;
  readonly t: number;
  readonly lane?: string;
  readonly octets?: number;
  readonly frames: readonly Frame[];
}

export interface ManualMessage {
  readonly seq: number;
  readonly t: number;
  readonly socket: string;
  readonly direction: "sent" | "received";
  readonly frames: readonly Frame[];
}

/** A frame to send: text, or octets as hex. */
export type FrameToSend = { readonly text: string } | { readonly hex: string };

/** The last messages that arrived over a link, newest last. @throws RequestRefused */
export async function linkMessages(link: LinkId, last = 50): Promise<readonly KeptMessage[]> {
  const { body } = await request<{ messages: readonly KeptMessage[] }>(
    "GET",
    `${linkPath(link)}?last=${last}`,
  );
  return body.messages;
}

/** A sampled message in full. @throws RequestRefused */
export async function linkMessage({ link, lane, connection, seq }: Token): Promise<KeptMessage> {
  const which = new URLSearchParams({ lane, connection });
  const path = `${linkPath(link)}/${seq}?${which}`;
  const { body } = await request<KeptMessage | { message: KeptMessage }>("GET", path);
  return "message" in body ? body.message : body;
}

/** Send by hand. @throws RequestRefused 409 when it would block */
export async function sendManual(
  node: NodeId,
  socket: string,
  frames: readonly FrameToSend[],
): Promise<void> {
  await request("POST", nodePath(node), { body: { socket, frames } });
}

/** What a manual node has sent and received, oldest first. @throws RequestRefused */
export async function manualMessages(node: NodeId): Promise<readonly ManualMessage[]> {
  const { body } = await request<{ messages: readonly ManualMessage[] }>("GET", nodePath(node));
  return body.messages;
}

const linkPath = (link: LinkId): string =>
  `/runs/${useRun.getState().run}/links/${encodeURIComponent(link)}/messages`;
const nodePath = (node: NodeId): string =>
  `/runs/${useRun.getState().run}/nodes/${encodeURIComponent(node)}/messages`;
