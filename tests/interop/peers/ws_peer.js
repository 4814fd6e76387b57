// A 0MQ peer of the npm package jszmq, which speaks ZWS 2.0 alone, told by lines; see ../foreign.py for the words.

const http = require("node:http");
const zmq = require("jszmq");
const { answerOf, framesOf, optionsOf, serve } = require("./lines.js");

const LIMIT_MS = 10_000;

let socket;
let server;
let arrived;
let awaiting;

const take = (...frames) => {
  if (!awaiting) return arrived.push(frames);
  awaiting(frames);
  awaiting = undefined;
};

const open = (kind, options) => {
  socket?.close();
  server?.close();
  server = undefined;
  arrived = [];
  socket = zmq.socket(kind.toLowerCase());
  for (const [, value] of options) socket.subscribe(value);
  socket.on("message", take);
};

// What goes wrong with a connection jszmq leaves to nobody, and tries again.
process.on("uncaughtException", (error) => {
  if (error.code?.startsWith("ECONN")) return;
  console.error(error);
  process.exit(1);
});

/** jszmq cannot tell which port it got; a server of ours can. */
const bind = async () => {
  server = http.createServer();
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const endpoint = `ws://127.0.0.1:${server.address().port}/`;
  socket.bind(endpoint, server);
  return endpoint;
};

const receive = () =>
  new Promise((resolve, reject) => {
    if (arrived.length) return resolve(arrived.shift());
    const limit = setTimeout(() => reject(new Error("no message")), LIMIT_MS);
    awaiting = (frames) => {
      clearTimeout(limit);
      resolve(frames);
    };
  });

serve(async (order, words) => {
  switch (order) {
    case "open":
      return open(words[0], optionsOf(words.slice(1)));
    case "bind":
      return `ok ${await bind()}`;
    case "connect":
      return socket.connect(words[0]);
    case "send":
      return socket.send(framesOf(words[0]));
    default:
      return answerOf(await receive());
  }
});
