/**
 * Stands in for TensorFlow.js, of which danfo.js asks a single thing whenever it makes a DataFrame: whether its data are
 * a tensor. They never are here. Whoever calls for more, such as danfo's scalers, finds no such function.
 */
export class Tensor {}
