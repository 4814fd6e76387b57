// A 0MQ peer of the npm package zeromq, told by lines what to do; see ../foreign.py for the words.

const zmq = require("zeromq");
const { answerOf, framesOf, optionsOf, serve } = require("./lines.js");

const LIMIT_MS = 10_000;
const KINDS = {
  PAIR: zmq.Pair,
  PUB: zmq.Publisher,
  SUB: zmq.Subscriber,
  REQ: zmq.Request,
  REP: zmq.Reply,
  DEALER: zmq.Dealer,
  ROUTER: zmq.Router,
  PULL: zmq.Pull,
  PUSH: zmq.Push,
  XPUB: zmq.XPublisher,
  XSUB: zmq.XSubscriber,
};
const NAMES = {
  plain_username: "plainUsername",
  plain_password: "plainPassword",
  curve_publickey: "curvePublicKey",
  curve_secretkey: "curveSecretKey",
  curve_serverkey: "curveServerKey",
};

let socket;
let known;

const open = (kind, options) => {
  socket?.close();
  socket = new KINDS[kind]({ linger: 0 });
  for (const limit of ["receiveTimeout", "sendTimeout"]) if (limit in socket) socket[limit] = LIMIT_MS;
  for (const [name, value] of options) {
    if (name === "subscribe") socket.subscribe(value);
    else if (name === "plain_server") socket.plainServer = true;
    else if (name === "curve_server") socket.curveServer = true;
    else socket[NAMES[name]] = value.toString();
  }
};

/** A ZAP handler that lets in one user. */
const judge = async (zap) => {
  for await (const [, id, , , , , user, password] of zap) {
    const isKnown = String(user) === known[0] && String(password) === known[1];
    await zap.send(["1.0", id, ...(isKnown ? ["200", "OK"] : ["400", "no"]), known[0], ""]);
  }
};

const admit = async (user, password) => {
  const isFirst = !known;
  known = [user, password];
  if (!isFirst) return;
  const zap = new zmq.Reply();
  await zap.bind("inproc://zeromq.zap.01");
  judge(zap);
};

serve(async (order, words) => {
  switch (order) {
    case "open":
      return open(words[0], optionsOf(words.slice(1)));
    case "admit":
      return admit(...words);
    case "bind":
      await socket.bind(words[0]);
      return `ok ${socket.lastEndpoint}`;
    case "connect":
      return socket.connect(words[0]);
    case "send":
      return socket.send(framesOf(words[0]));
    default:
      return answerOf(await socket.receive());
  }
});
