/** Mebibytes of a job's memory that are Node's and the data's, not to be given to tensors. */
export const NODE_MIB = 512
