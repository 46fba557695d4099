/** Envelope encryption of secrets at rest (AES-256-GCM, a data key per secret, the key id in the box). */
export interface SecretBox {
  /** `context` (an object's id) is authenticated too: a box moved to another row doesn't open. */
  seal(plaintext: string, context: string): string;
  /** @throws AppError `internal` when the box was changed, moved, or its key is unknown */
  open(box: string, context: string): string;
}
