import { Secret, TOTP } from "otpauth";

const PERIOD_S = 30;
const SECRET_BYTES = 20; // RFC 4226, section 4: 160 bits are recommended.

/** A new shared secret, base32. */
export const newTotpSecret = (): string => new Secret({ size: SECRET_BYTES }).base32;

const totpOf = (secret: string, label: string) =>
  new TOTP({
    issuer: "Workroom",
    label,
    secret: Secret.fromBase32(secret),
    digits: 6,
    period: PERIOD_S,
    algorithm: "SHA1", // The only one that every authenticator app knows.
  });

/** What an authenticator app reads from the QR code. */
export const totpUri = (secret: string, email: string): string => totpOf(secret, email).toString();

/** The time step whose code this is, one step early or late allowed; `null` for a wrong code. */
export function findTotpStep(secret: string, code: string, now: Date): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const timestamp = now.getTime();
  const delta = totpOf(secret, "").validate({ token: code, timestamp, window: 1 });
  return delta === null ? null : Math.floor(timestamp / 1_000 / PERIOD_S) + delta;
}
