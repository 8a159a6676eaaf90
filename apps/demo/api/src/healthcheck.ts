// Exits 0 if this container's server answers /healthz with 200 within two seconds, 1 if not.
import { get } from "node:http";

const request = get({ host: "127.0.0.1", port: 3000, path: "/healthz", timeout: 2000 }, (answer) => {
  process.exit(answer.statusCode === 200 ? 0 : 1);
});
request.on("timeout", () => request.destroy());
request.on("error", () => process.exit(1));
