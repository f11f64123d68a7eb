/** A place in a recipe: keys and, in lists, indices. */
export type Path = readonly (string | number)[]
