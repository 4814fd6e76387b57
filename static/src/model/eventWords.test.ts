// Events in sentences: what a topic is, and what none is.
import { expect, test } from "vitest";
import { eventSentence } from "./eventWords";

test.each([
  ["subscribed", "tcp://127.0.0.1:1 · sport", "Subscription added: “sport”."],
  ["subscribed", "tcp://127.0.0.1:1 · ", "Subscription added: everything."],
  ["unsubscribed", "", "Subscription removed: everything."],
  ["joined", "tcp://127.0.0.1:1 · news", "Group joined: “news”."],
  ["left", "tcp://127.0.0.1:1 · ", "Group left: “”."],
])("%s %s", (what, detail, sentence) => {
  expect(eventSentence({ what, detail, count: 1 })).toBe(sentence);
});
