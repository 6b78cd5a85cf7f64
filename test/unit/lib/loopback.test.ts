import { expect, test } from "vitest";
import { isLoopbackHost, isLoopbackUrl } from "../../../shared/lib/loopback.ts";

const loopback = ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "[::1]"];
const other = [
  "localhost.example.net",
  "127.0.0.1.example.net",
  "10.0.0.1",
  "0.0.0.0",
  "128.0.0.1",
  "[::2]",
  "example.net",
];

test.each(loopback)("%s is a loopback host, with and without a port", (host) => {
  expect([host, `${host}:7071`].map(isLoopbackHost)).toEqual([true, true]);
  expect([`http://${host}/x`, `https://${host}:7071`].map(isLoopbackUrl)).toEqual([true, true]);
});

test.each(other)("%s is not a loopback host", (host) => {
  expect([host, `${host}:7071`].map(isLoopbackHost)).toEqual([false, false]);
  expect([`http://${host}/x`, `https://${host}:7071`].map(isLoopbackUrl)).toEqual([false, false]);
});

test.each(["", ":7071", "localhost:", "localhost:name", "localhost:123456", "user@localhost", "localhost/x", "127.1"])(
  "%j is not a host header of this machine",
  (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  },
);

test("text that is not a URL is an error", () => {
  expect(() => isLoopbackUrl("localhost")).toThrow(TypeError);
});
