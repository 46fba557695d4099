/** A failure at the start that a person can act on: one sentence why, one what to do. Printed without a stack. */
export class PlainFailure extends Error {
  override readonly name = "PlainFailure";
}
