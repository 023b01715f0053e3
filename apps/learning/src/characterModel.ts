import { arange, nn, type Tensor } from 'rungs'

export interface CharacterModelOptions {
  /** Numbers that describe a character in its place; 96 when left out. */
  readonly width?: number
  /** Layers of attention; 3 when left out. */
  readonly depth?: number
  /** How many characters are seen at once; 64 when left out. */
  readonly context?: number
}

/** A transformer that says after every character what may come next. */
export class CharacterModel extends nn.Module {
  static override typeName = 'CharacterModel'
  readonly context: number
  character: nn.Embedding
  place: nn.Embedding
  layers: nn.TransformerEncoderLayer[]
  norm: nn.LayerNorm
  next: nn.Linear

  constructor(alphabet: number, { width = 96, depth = 3, context = 64 }: CharacterModelOptions = {}) {
    super()
    const layer = {
      dimFeedforward: 4 * width,
      dropout: 0,
      activation: 'gelu',
      normFirst: true,
      batchFirst: true,
    } as const
    this.context = context
    this.character = new nn.Embedding(alphabet, width)
    this.place = new nn.Embedding(context, width)
    this.layers = Array.from({ length: depth }, () => new nn.TransformerEncoderLayer(width, 4, layer))
    this.norm = new nn.LayerNorm(width)
    this.next = new nn.Linear(width, alphabet)
  }

  /** Characters (N, L) to scores (N, L, alphabet) of those that follow. */
  forward(characters: Tensor): Tensor {
    const places = arange(0, characters.shape[1], 1, { dtype: 'int32', device: characters.device })
    let x = this.character.forward(characters).add(this.place.forward(places))
    for (const layer of this.layers) x = layer.forward(x, { isCausal: true })
    return this.next.forward(this.norm.forward(x))
  }
}
