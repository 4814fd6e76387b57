// Reads orders line by line, one after another, and writes each one's answer; see ../foreign.py for the words.

const readline = require("node:readline");

const octets = (text) => Buffer.from(text.slice(1), "hex");

/** Frames of "x6869,x": a list of buffers. */
exports.framesOf = (text) => text.split(",").map(octets);

/** The answer that carries these frames. */
exports.answerOf = (frames) => `ok ${frames.map((frame) => `x${frame.toString("hex")}`).join(",")}`;

/** The options of an order: name to buffer. */
exports.optionsOf = (words) => words.map((word) => word.split("=")).map(([name, value]) => [name, octets(value)]);

/** Obey lines from stdin until there are no more, then end with all sockets. */
exports.serve = async (obey) => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [order, ...words] = line.split(" ");
    let answer;
    try {
      answer = (await obey(order, words)) ?? "ok";
    } catch (error) {
      answer = `no ${error.message}`;
    }
    process.stdout.write(`${answer}\n`);
  }
  process.exit(0);
};
