// "The internet" of the egress tests: answers HTTP on every address it has, and every name with one address.
import { createSocket } from "node:dgram";
import { createServer } from "node:http";

createServer((_request, response) => response.end("internet")).listen(8080, "0.0.0.0");
const dns = createSocket("udp4");
dns.on("message", (query, sender) => {
  const isA =
    query.readUInt16BE(query.length - 4) === 1 || query.includes(Buffer.from([0, 0, 1, 0, 1]));
  const end = query.indexOf(0, 12) + 5;
  const question = query.subarray(12, end);
  const head = Buffer.from([query[0], query[1], 0x81, 0x80, 0, 1, 0, isA ? 1 : 0, 0, 0, 0, 0]);
  const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 45, 76, 1, 10]);
  dns.send(Buffer.concat([head, question, ...(isA ? [answer] : [])]), sender.port, sender.address);
});
dns.bind(53, "0.0.0.0", () => process.stdout.write("ready"));
