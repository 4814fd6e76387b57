import { describe, expect, test } from "vitest";
import { applyAll } from "./edits";
import {
  become,
  calledKey,
  canBeSecured,
  isSealed,
  lockOf,
  putTls,
  removeKey,
  renameKey,
  sealedSides,
  shortKey,
  showCertificate,
  speak,
  textAt,
  usersOf,
} from "./security";
import type { SocketDocument, TopologyDocument } from "./topology";

const curveServer = { mechanism: "curve", role: "server", key: "feed", allow: ["desk"] } as const;
const curveClient = { mechanism: "curve", role: "client", key: "desk", server_key: "feed" } as const;

function drawing(out: Partial<SocketDocument>, inbound: Partial<SocketDocument>): TopologyDocument {
  return {
    format: "glassmq/1",
    name: "Feed",
    nodes: {
      feed: { behaviour: "generator", sockets: { out: { type: "PUB", endpoints: { main: "tcp" }, ...out } } },
      desk: { behaviour: "sink", sockets: { in: { type: "SUB", ...inbound } } },
    },
    links: { news: { connect: "desk.in", bind: "feed.out" } },
    keys: {
      feed: { kind: "curve", secret: { stored: "feed" } },
      desk: { kind: "curve", public: "x" },
      alice: { kind: "plain", secret: { env: "ALICE" } },
    },
  };
}

const secured = drawing({ security: curveServer }, { security: curveClient });
const edited = (document: TopologyDocument, edits: Parameters<typeof applyAll>[1]) =>
  applyAll(document, edits).document;
const security = (document: TopologyDocument, node: string, role: string) =>
  document.nodes?.[node]?.sockets?.[role]?.security;

test("a type without a handshake has nothing to choose, but what stands there can be taken away", () => {
  expect(canBeSecured({ type: "PUB" })).toBe(true);
  expect(canBeSecured({ type: "STREAM" })).toBe(false);
  expect(canBeSecured({ type: "DGRAM", security: { mechanism: "plain" } })).toBe(true);
});

test("a password is called by its user name, and else a key by its id", () => {
  const document = {
    ...secured,
    keys: { "zo-": { kind: "plain", username: "Zoë" }, feed: { kind: "curve" } },
  } as const;
  expect(["zo-", "feed", "gone"].map((id) => calledKey(document, id))).toEqual(["Zoë", "feed", "gone"]);
});

describe("a socket that is to speak a mechanism", () => {
  test("is the server where it binds", () => {
    const document = edited(drawing({}, {}), speak(drawing({}, {}), "feed.out", "curve"));
    expect(security(document, "feed", "out")).toEqual({ mechanism: "curve", role: "server" });
  });

  test("is the client of a peer that serves, and expects its key", () => {
    const half = drawing({ security: curveServer }, {});
    const document = edited(half, speak(half, "desk.in", "curve"));
    expect(security(document, "desk", "in")).toEqual({
      mechanism: "curve",
      role: "client",
      server_key: "feed",
    });
  });

  test("keeps no key of another mechanism, and NULL leaves nothing", () => {
    expect(security(edited(secured, speak(secured, "desk.in", "plain")), "desk", "in")).toEqual({
      mechanism: "plain",
      role: "client",
    });
    expect(security(edited(secured, speak(secured, "feed.out", "null")), "feed", "out")).toBeUndefined();
  });

  test("that changes sides drops what it has no use for there", () => {
    expect(security(edited(secured, become(secured, "feed.out", "client")), "feed", "out")).toEqual({
      mechanism: "curve",
      role: "client",
      key: "feed",
    });
  });
});

describe("a key", () => {
  test("is known by its users", () => {
    expect(usersOf(secured, "desk")).toEqual(["feed.out", "desk.in"]);
    expect(usersOf(secured, "alice")).toEqual([]);
  });

  test("that is renamed keeps its place and its users, and one undo brings it back", () => {
    const done = applyAll(secured, renameKey(secured, "feed", "prices"));
    expect(Object.keys(done.document.keys ?? {})).toEqual(["prices", "desk", "alice"]);
    expect(security(done.document, "feed", "out")?.key).toBe("prices");
    expect(security(done.document, "desk", "in")?.server_key).toBe("prices");
    expect(JSON.stringify(applyAll(done.document, done.inverse).document)).toBe(JSON.stringify(secured));
    expect(renameKey(secured, "feed", "desk")).toEqual([]);
  });

  test("that is removed is removed from every list", () => {
    const document = edited(secured, removeKey(secured, "desk"));
    expect(Object.keys(document.keys ?? {})).toEqual(["feed", "alice"]);
    expect(security(document, "feed", "out")?.allow).toEqual([]);
    expect(security(document, "desk", "in")).toEqual({
      mechanism: "curve",
      role: "client",
      server_key: "feed",
    });
  });
});

describe("a wire", () => {
  test("has the lock of its mechanism", () => {
    expect(lockOf(secured, "news")).toBe("curve");
    expect(lockOf(drawing({}, {}), "news")).toBeUndefined();
    expect(lockOf(secured, "no such link")).toBeUndefined();
  });

  test("has none where nobody shakes hands", () => {
    const inproc = drawing(
      { security: curveServer, endpoints: { main: "inproc" } },
      { security: curveClient },
    );
    expect(lockOf(inproc, "news")).toBeUndefined();
  });
});

test("a secret that a fix moves is found by its path", () => {
  const document = drawing({ options: { curve_secretkey: "a secret" } }, {});
  expect(textAt(document, ["nodes", "feed", "sockets", "out", "options", "curve_secretkey"])).toBe(
    "a secret",
  );
  expect(textAt(document, ["nodes", "feed"])).toBeUndefined();
  expect(textAt(document, ["keys", "nobody", "secret"])).toBeUndefined();
});

test("a public key is shortened to fit a line", () => {
  expect(shortKey("0123456789abcdefghijklmnopqrstuvwxyz.-:+")).toBe("012345678…vwxyz.-:+");
  expect(shortKey("short")).toBe("short");
});

describe("a feed over wss", () => {
  const keys = { web: { kind: "tls", secret: { stored: "web" } }, ann: { kind: "plain" } } as const;
  const sealed: TopologyDocument = {
    ...drawing(
      { endpoints: { main: "wss" }, tls: { key: "web" } },
      { tls: { trust: ["web"] }, proxy: "ann" },
    ),
    keys,
  };
  const tls = (document: TopologyDocument) => [
    document.nodes?.feed?.sockets?.out?.tls,
    document.nodes?.desk?.sockets?.in?.tls,
  ];

  test("is locked, whatever its mechanism", () => {
    expect(lockOf(sealed, "news")).toBe("tls");
    expect([isSealed(sealed, "feed.out"), isSealed(sealed, "desk.in")]).toEqual([true, true]);
    expect(isSealed(drawing({}, {}), "feed.out")).toBe(false);
    expect(sealedSides(sealed, "feed.out")).toEqual({ binds: true, connects: false });
    expect(sealedSides(sealed, "desk.in")).toEqual({ binds: false, connects: true });
  });

  test("shows a certificate that its readers believe at once", () => {
    const bare = { ...drawing({ endpoints: { main: "wss" } }, {}), keys };
    expect(tls(edited(bare, showCertificate(bare, "feed.out", "web")))).toEqual([
      { key: "web" },
      { trust: ["web"] },
    ]);
    expect(showCertificate(sealed, "feed.out", "web")).toHaveLength(1);
    expect(putTls("feed.out", {})).toMatchObject({ kind: "unset" });
  });

  test("follows its key to another name, and lets go of one that is taken out", () => {
    expect(usersOf(sealed, "web")).toEqual(["feed.out", "desk.in"]);
    expect(usersOf(sealed, "ann")).toEqual(["desk.in"]);
    expect(tls(edited(sealed, renameKey(sealed, "web", "site")))).toEqual([
      { key: "site" },
      { trust: ["site"] },
    ]);
    expect(tls(edited(sealed, removeKey(sealed, "web")))).toEqual([undefined, undefined]);
    const without = edited(sealed, removeKey(sealed, "ann"));
    expect(without.nodes?.desk?.sockets?.in?.proxy).toBeUndefined();
  });
});
