// The short texts on a card, from the document: the endpoint or subscriptions of a socket, a node's rate or time.

import {
  type NodeDocument,
  plainAddress,
  type SocketDocument,
  type Subscription,
  schemeOf,
} from "../model/topology";
import { isMulticast } from "../model/transports";
import { quantity } from "../model/units";

const HOSTED: readonly string[] = ["tcp", "udp", "ws", "wss"];
const ALLOTTED = "auto";

/** "tcp :5557", "ipc orders.ipc", "inproc", "tcp :auto" for an address that is allotted when it runs. */
export function shortAddress(address: string): string {
  const scheme = schemeOf(address);
  const rest = address.slice(scheme.length + 3);
  if (scheme === "inproc") return rest ? `inproc ${rest}` : "inproc";
  if (scheme === "ipc") return rest && rest !== "*" ? `ipc ${rest.slice(rest.lastIndexOf("/") + 1)}` : "ipc";
  if (!HOSTED.includes(scheme)) return rest ? `${scheme} ${rest}` : scheme;
  const [place = ""] = (rest.split(";").at(-1) ?? "").split("/");
  const port = place.slice(place.lastIndexOf(":") + 1);
  const group = isMulticast(address) ? place.slice(0, place.lastIndexOf(":")) : "";
  return `${scheme} ${group}:${!rest || port === "*" ? ALLOTTED : port}`;
}

export function subscriptionText(subscription: Subscription): string {
  if (typeof subscription !== "string") return `0x${subscription.hex}`;
  return subscription === "" ? '"" (all)' : `"${subscription}"`;
}

/** A long type leaves room for nine characters: an address gives up its blank before its last digit. */
export function fitted(type: string, text: string): string {
  return type.length >= 6 && text.length > 9 ? text.replace(/^(tcp|udp|wss?) :/, "$1:") : text;
}

/** What a socket has to ask for, in words; undefined for one that need not ask. */
function askedFor(socket: SocketDocument): readonly string[] | undefined {
  if (socket.type === "SUB") return (socket.subscriptions ?? []).map(subscriptionText);
  return socket.type === "DISH" ? (socket.joins ?? []) : undefined;
}

/** What is wrong with a socket that asks for nothing, in a sentence. */
export function bareText(socket: SocketDocument): string | undefined {
  if (askedFor(socket)?.length !== 0) return undefined;
  return socket.type === "SUB"
    ? "This SUB subscribes to nothing: no message passes"
    : "This DISH joins no group: no message passes";
}

/** What a socket's row says beside its type. */
export function socketText(role: string, socket: SocketDocument, binds: boolean): string {
  const asked = askedFor(socket);
  if (asked) {
    const [first, ...others] = asked;
    if (first === undefined) return "nothing";
    return others.length ? `${first} +${others.length}` : first;
  }
  const addresses = Object.values(socket.endpoints ?? {});
  if (addresses.length === 0) return binds ? shortAddress(plainAddress(socket.type)) : role;
  const first = shortAddress(addresses[0] ?? "tcp");
  return fitted(socket.type, addresses.length > 1 ? `${first} +${addresses.length - 1}` : first);
}

/** The one parameter that says most about a behaviour, with its unit: "30/s", "20 ms", "every 1 s". */
export function parameterText(node: NodeDocument): string {
  const parameters = node.with ?? {};
  switch (node.behaviour) {
    case "generator": {
      const rate = parameters.rate_per_s;
      return rate === null ? "at full speed" : `${brief(rate ?? 10, "/s")}`;
    }
    case "sink":
    case "worker":
    case "echo":
      return parameters.service_ms ? brief(parameters.service_ms, "ms") : "";
    case "client":
      return parameters.think_ms ? brief(parameters.think_ms, "ms") : "";
    default:
      return "";
  }
}

/** A drawn quantity has no room on a card: its mean stands for it, with a sign that it varies. */
function brief(value: unknown, unit: string): string {
  if (value && typeof value === "object") {
    const { mean, low, high } = value as { mean?: number; low?: number; high?: number };
    const middle = mean ?? (low !== undefined && high !== undefined ? (low + high) / 2 : undefined);
    return middle === undefined ? `~ ${unit}` : `~${quantity(middle, unit)}`;
  }
  return quantity(value, unit);
}
