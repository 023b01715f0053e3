// The functions behind the layers, under PyTorch's name for the place where they are.
export { crossEntropy, linear, logSoftmax, mseLoss, relu, sigmoid, softmax, tanh } from '@rungs/autograd'
