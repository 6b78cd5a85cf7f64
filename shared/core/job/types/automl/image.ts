/** What automl jobs of images have. @see azure/ai/ml/_schema/automl/image_vertical of the SDK */
import type { Mapping } from "../../../yaml/value.ts";
import type { Widen } from "../../fields/run-settings.ts";
import { fields, listOf } from "../../schema/containers.ts";
import {
  aboutParameters,
  aboutSpace,
  aboutSweep,
  aboutTarget,
  aboutTrials,
  aboutValidationSize,
} from "../../schema/descriptions.ts";
import { snake, word } from "../../schema/enums.ts";
import { float, integer, text } from "../../schema/scalars.ts";
import { field, optional, type Piece } from "../../schema/schema.ts";
import { fixedShape, limitShape, type Parameters, section, spaceShape, sweepSettings } from "./sweep.ts";

/** Parameters of every model. The SDK's search spaces have `augmentations` too, but its class does not, so every job that uses it is refused. */
const common: Parameters = {
  booleans: {
    ams_gradient: "Whether adam or adamw is used in its AMSGrad form.",
    distributed: "Whether training uses all GPUs of a machine.",
    early_stopping: "Whether training ends once the metric gets no better.",
    enable_onnx_normalization: "Whether images are normalized in the exported ONNX model.",
    nesterov: "Whether sgd is used with Nesterov momentum.",
  },
  floats: {
    beta1: "The beta1 of adam and adamw.",
    beta2: "The beta2 of adam and adamw.",
    learning_rate: "The learning rate at the beginning.",
    momentum: "The momentum of sgd.",
    step_lr_gamma: "What a step of the learning rate multiplies it by.",
    warmup_cosine_lr_cycles: "The number of cosine cycles after the warm-up.",
    weight_decay: "The weight decay of the optimizer.",
  },
  integers: {
    early_stopping_delay: "The number of epochs before early stopping looks.",
    early_stopping_patience: "The number of epochs without progress after which training ends.",
    evaluation_frequency: "The number of epochs from one validation to the next.",
    gradient_accumulation_step: "The number of batches whose gradients are added up before the weights change.",
    layers_to_freeze: "The number of layers, from the input on, that stay as they are.",
    number_of_epochs: "The number of epochs.",
    number_of_workers: "The number of processes that load data.",
    random_seed: "The number that makes a training repeatable.",
    step_lr_step_size: "The number of epochs from one step of the learning rate to the next.",
    training_batch_size: "The size of a batch in training.",
    validation_batch_size: "The size of a batch in validation.",
    warmup_cosine_lr_warmup_epochs: "The number of epochs in which the learning rate rises to its value.",
  },
  texts: { model_name: "The model that is trained, e.g. `vitb16r224`." },
  words: {
    learning_rate_scheduler: { list: ["none", "warmup_cosine", "step"], about: "How the learning rate changes." },
    optimizer: { list: ["none", "sgd", "adam", "adamw"], about: "The optimizer." },
  },
};

const classification: Parameters = {
  ...common,
  integers: {
    ...common.integers,
    training_crop_size: "The size, in pixels, to which images are cropped in training.",
    validation_crop_size: "The size, in pixels, to which images are cropped in validation.",
    validation_resize_size: "The size, in pixels, to which images are resized before they are cropped in validation.",
    weighted_loss:
      "How the loss is weighted: 0 not at all, 1 by the square root of the class weights, 2 by the class weights.",
  },
};

const detection: Parameters = {
  booleans: { ...common.booleans, multi_scale: "Whether the size of images varies, for the yolov5 models." },
  floats: {
    ...common.floats,
    box_score_threshold: "The least score of the boxes that are kept.",
    nms_iou_threshold: "The overlap from which on two boxes count as one.",
    tile_overlap_ratio: "How much tiles overlap.",
    tile_predictions_nms_threshold: "The overlap from which on two boxes of tiles count as one.",
    validation_iou_threshold: "The overlap from which on a box counts as found in validation.",
  },
  integers: {
    ...common.integers,
    box_detections_per_image: "The most boxes in an image.",
    image_size: "The size of images, in pixels, for the yolov5 models.",
    max_size: "The most pixels of a side to which images are scaled.",
    min_size: "The fewest pixels of a side to which images are scaled.",
  },
  texts: { ...common.texts, tile_grid_size: "The grid of tiles that images are cut into, e.g. `3x2`." },
  words: {
    ...common.words,
    model_size: {
      list: ["none", "small", "medium", "large", "extra_large"],
      about: "The size of the model, for the yolov5 models.",
    },
    validation_metric_type: {
      list: ["none", "coco", "voc", "coco_voc"],
      about: "How the metrics of a validation are computed.",
    },
  },
};

const onOff = word(["enable", "disable"], snake);
const models = {
  classification: { parameters: classification, own: {} },
  detection: {
    parameters: detection,
    own: {
      log_training_metrics: optional(onOff, "Whether the metrics of the training are logged."),
      log_validation_loss: optional(onOff, "Whether the loss of the validation is logged."),
    },
  },
} as const;

function limits(widen: Widen): Piece<Mapping> {
  const { max_nodes: _nodes, trial_timeout_minutes: _timeout, ...shape } = limitShape(widen);
  return fields(shape);
}

/** Fields of the four tasks. The SDK's schema has `test_data_size` too, but its classes do not, so every job that uses it is refused. */
export function imageShape(model: keyof typeof models, widen: Widen) {
  const { parameters, own } = models[model];
  const checkpoints = {
    advanced_settings: optional(text, "Settings that have no field here, as JSON text."),
    checkpoint_frequency: optional(widen(integer), "The number of epochs from one checkpoint to the next."),
    checkpoint_run_id: optional(text, "The run whose checkpoint the training begins with."),
  };
  return {
    limits: optional(limits(widen), aboutTrials),
    sweep: optional(sweepSettings(widen), aboutSweep),
    target_column_name: field(text, aboutTarget),
    validation_data_size: optional(widen(float), aboutValidationSize),
    training_parameters: optional(
      section({ ...fixedShape(parameters, widen), ...checkpoints, ...own }),
      aboutParameters,
    ),
    search_space: optional(listOf(section(spaceShape(parameters, widen, true))), aboutSpace),
  };
}
