/** A model on the hub: `owner/name`, or `owner/name@revision` (a branch, tag or commit; main where absent). */
export interface HubId {
  readonly name: string
  readonly revision: string
}
