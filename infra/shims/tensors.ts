/**
 * Replaces TensorFlow.js. To create a DataFrame, danfo.js needs one thing of it: whether the data are a tensor, which they
 * never are here. Calls of anything else, such as by danfo's scalers, fail.
 */
export class Tensor {}
