// A personal data server and a directory of identities, both Bluesky's own, on loopback: node serve.mjs PORT PORT DIR
import crypto from "node:crypto";
import { PDS, envToCfg, envToSecrets, readEnv } from "@atproto/pds";
import * as plc from "@did-plc/server";

const [port, directoryPort, folder] = process.argv.slice(2);
const directory = plc.PlcServer.create({ db: plc.Database.mock(), port: Number(directoryPort) });
await directory.start();
Object.assign(process.env, {
  LOG_ENABLED: "false",
  PDS_ADMIN_PASSWORD: "for-a-test",
  PDS_BLOBSTORE_DISK_LOCATION: `${folder}/blobs`,
  PDS_DATA_DIRECTORY: folder,
  PDS_DEV_MODE: "true",
  PDS_DID_PLC_URL: `http://localhost:${directoryPort}`,
  PDS_DISABLE_SSRF_PROTECTION: "true",
  PDS_HOSTNAME: "localhost",
  PDS_INVITE_REQUIRED: "false",
  PDS_JWT_SECRET: "for-a-test",
  PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX: crypto.createHash("sha256").update("for a test").digest("hex"),
  PDS_PORT: port,
  PDS_SERVICE_HANDLE_DOMAINS: ".test",
});
const env = readEnv();
const server = await PDS.create(envToCfg(env), envToSecrets(env));
await server.start();
console.log("ready");
