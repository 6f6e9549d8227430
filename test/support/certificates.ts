import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";

/** A certificate with its key, as a TLS server accepts them. */
export interface Certificate {
  /** PEM; includes the issuers' certificates if they are sent along. */
  cert: string;
  /** PEM. */
  key: string;
  /** Signs as this certificate. */
  issuer: Issuer;
}

interface Issuer {
  name: string;
  key: KeyObject;
}

/** How a certificate differs from a good one. */
export interface CertificateOptions {
  /** The signer; self-signed unless given. */
  by?: Certificate;
  /** Whether it may sign others. */
  authority?: boolean;
  /** The host that it is valid for: a name or an IPv4 address. */
  host?: string;
  /** Start and end of its validity, in years from now. */
  years?: [from: number, to: number];
}

/**
 * Makes a certificate, since Node can only read them, and the openssl command is not available everywhere.
 * @param name its subject name, also used as the issuer's
 */
export function makeCertificate(
  name: string,
  { by, authority = false, host = "127.0.0.1", years = [-1, 10] }: CertificateOptions = {},
): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const own: Issuer = { name, key: privateKey };
  const issuer = by?.issuer ?? own;
  const extensions = authority
    ? extension("551d13", true, sequence(tlv(0x01, Buffer.of(0xff))))
    : extension("551d11", false, sequence(hostOf(host)));
  const content = sequence(
    tlv(0xa0, tlv(0x02, Buffer.of(2))),
    tlv(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)])),
    ecdsaWithSha256,
    nameOf(issuer.name),
    sequence(...years.map(timeOf)),
    nameOf(name),
    publicKey.export({ type: "spki", format: "der" }),
    tlv(0xa3, sequence(extensions)),
  );
  const signature = sign("sha256", content, issuer.key);
  const der = sequence(content, ecdsaWithSha256, tlv(0x03, Buffer.concat([Buffer.of(0), signature])));
  const lines = der.toString("base64").replace(/.{1,64}/g, "$&\n");
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    issuer: own,
  };
}

// DER, as far as a certificate needs it.

function tlv(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function objectId(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, "hex"));
}

const ecdsaWithSha256 = sequence(objectId("2a8648ce3d040302"));

/** A name that has only a common name. */
function nameOf(name: string): Buffer {
  return sequence(tlv(0x31, sequence(objectId("550403"), tlv(0x0c, Buffer.from(name)))));
}

function hostOf(host: string): Buffer {
  return isIP(host) === 0
    ? tlv(0x82, Buffer.from(host))
    : tlv(0x87, Buffer.from(host.split(".").map(Number)));
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(objectId(id), ...(critical ? [tlv(0x01, Buffer.of(0xff))] : []), tlv(0x04, value));
}

/** The time in this many years. */
function timeOf(years: number): Buffer {
  const time = new Date(Date.now() + years * 365 * 86_400_000).toISOString();
  return tlv(0x18, Buffer.from(time.replace(/[-:T]|\.\d+/g, "")));
}
