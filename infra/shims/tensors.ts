/**
 * Replaces TensorFlow.js. To create a DataFrame, danfo.js only asks it whether the data is a tensor, which is never the
 * case here. Any other use, such as by danfo's scalers, fails.
 */
export class Tensor {}
