export { type BarsOptions, bars } from './bars.ts'
export { findDevice } from './findDevice.ts'
export { type HeatMapOptions, heatMap } from './heatMap.ts'
export { type HistogramOptions, histogram, type Samples } from './histogram.ts'
export { type DeviceName, deviceNames, type Host, nextId, setHost } from './host.ts'
export { type ImagesOptions, images, type Picture } from './images.ts'
export type {
  Axis,
  BarsItem,
  Cell,
  CodeItem,
  GraphItem,
  HeatMapItem,
  HistogramItem,
  ImagesItem,
  Item,
  PlotItem,
  Point,
  ProgressItem,
  Series,
  Surface,
  TableItem,
  TextItem,
} from './item.ts'
export { type Curve, type Curves, lines, type PlotData, type PlotOptions, plot } from './plot.ts'
export { type Progress, progress } from './progress.ts'
export { type RunOptions, runLesson } from './run.ts'
export type { Shown } from './shown.ts'
export { type Row, table } from './table.ts'
export { code, graph } from './texts.ts'
