/** A conversation as token ids. */
export interface EncodedChat {
  readonly ids: number[]
  /**
   * 1 where an assistant wrote the token (its text and its end-of-turn token, every turn), 0 elsewhere, [ids].
   *
   * Worked out when it is first asked for: a prompt needs no mask, and a template may have none to give.
   *
   * @throws TokenizerError where the chat template does not let the assistant's part be told from the rest
   */
  readonly assistantMask: number[]
}
