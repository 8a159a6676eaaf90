/** A problem with a key of an application; its place in the files is known to the reader of these. */
export class PlacedError extends Error {
  /**
   * @param path the key's, in the application as it is read
   * @param sentence a whole one, for a reader who has no files
   */
  constructor(
    readonly path: readonly (string | number)[],
    sentence: string,
  ) {
    super(sentence);
  }
}
