/** A layer's MLP by the names of its projections: gate, up, down. */
export const mlpNames = ['mlp.gate_proj', 'mlp.up_proj', 'mlp.down_proj'] as const
