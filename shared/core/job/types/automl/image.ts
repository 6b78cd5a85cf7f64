/** Fields of automl jobs for images. @see azure/ai/ml/_schema/automl/image_vertical of the SDK */

import type { Mapping } from "../../../yaml/value.ts";
import type { Widen } from "../../fields/run-settings.ts";
import { listOf } from "../../schema/containers.ts";
import {
  aboutParameters,
  aboutSpace,
  aboutSweep,
  aboutTarget,
  aboutTrials,
  aboutValidationSize,
} from "../../schema/descriptions.ts";
import { enumOf, snake } from "../../schema/enums.ts";
import { fields } from "../../schema/fields.ts";
import { float, integer, text } from "../../schema/scalars.ts";
import { optional, required, type Schema } from "../../schema/schema.ts";
import {
  limitsShape,
  type Parameters,
  searchSpaceShape,
  section,
  sweepSettings,
  trainingParametersShape,
} from "./sweep.ts";

/**
 * Parameters of all models. Without `augmentations`, which the SDK's schema of search spaces accepts but its class
 * rejects.
 */
const common: Parameters = {
  booleans: {
    ams_gradient: "Whether adam or adamw uses its AMSGrad variant.",
    distributed: "Whether training uses all GPUs of a machine.",
    early_stopping: "Whether training ends when the metric no longer improves.",
    enable_onnx_normalization: "Whether images are normalized in the exported ONNX model.",
    nesterov: "Whether sgd is used with Nesterov momentum.",
  },
  floats: {
    beta1: "Value of beta1 for adam and adamw.",
    beta2: "Value of beta2 for adam and adamw.",
    learning_rate: "Initial learning rate.",
    momentum: "Momentum of sgd.",
    step_lr_gamma: "Factor by which each step changes the learning rate.",
    warmup_cosine_lr_cycles: "Number of cosine cycles after the warm-up.",
    weight_decay: "Weight decay of the optimizer.",
  },
  integers: {
    early_stopping_delay: "Number of epochs before early stopping is considered.",
    early_stopping_patience: "Number of epochs without improvement after which training ends.",
    evaluation_frequency: "Number of epochs between validations.",
    gradient_accumulation_step: "Number of batches whose gradients are accumulated before the weights are updated.",
    layers_to_freeze: "Number of layers, counted from the input, that are frozen.",
    number_of_epochs: "Number of epochs.",
    number_of_workers: "Number of data loader processes.",
    random_seed: "Random seed that makes training reproducible.",
    step_lr_step_size: "Number of epochs between steps of the learning rate.",
    training_batch_size: "Size of a batch in training.",
    validation_batch_size: "Size of a batch in validation.",
    warmup_cosine_lr_warmup_epochs: "Number of warm-up epochs, in which the learning rate rises to its initial value.",
  },
  texts: { model_name: "Model to train, e.g. `vitb16r224`." },
  enums: {
    learning_rate_scheduler: {
      values: ["none", "warmup_cosine", "step"],
      description: "Schedule of the learning rate.",
    },
    optimizer: { values: ["none", "sgd", "adam", "adamw"], description: "Optimizer." },
  },
};

const classification: Parameters = {
  ...common,
  integers: {
    ...common.integers,
    training_crop_size: "Size, in pixels, that images are cropped to in training.",
    validation_crop_size: "Size, in pixels, that images are cropped to in validation.",
    validation_resize_size: "Size, in pixels, that images are resized to before they are cropped in validation.",
    weighted_loss:
      "Weighting of the loss: 0 for none, 1 by the square root of the class weights, 2 by the class weights.",
  },
};

const detection: Parameters = {
  booleans: { ...common.booleans, multi_scale: "Whether the image size varies; only for yolov5 models." },
  floats: {
    ...common.floats,
    box_score_threshold: "Minimum score of the boxes that are kept.",
    nms_iou_threshold: "IoU threshold above which two boxes are merged.",
    tile_overlap_ratio: "Overlap of neighboring tiles, as a ratio.",
    tile_predictions_nms_threshold: "IoU threshold above which two boxes of different tiles are merged.",
    validation_iou_threshold: "IoU threshold above which a box is a match in validation.",
  },
  integers: {
    ...common.integers,
    box_detections_per_image: "Maximum number of boxes in an image.",
    image_size: "Image size in pixels; only for yolov5 models.",
    max_size: "Maximum side length, in pixels, of scaled images.",
    min_size: "Minimum side length, in pixels, of scaled images.",
  },
  texts: { ...common.texts, tile_grid_size: "Grid of tiles that images are split into, e.g. `3x2`." },
  enums: {
    ...common.enums,
    model_size: {
      values: ["none", "small", "medium", "large", "extra_large"],
      description: "Model size; only for yolov5 models.",
    },
    validation_metric_type: {
      values: ["none", "coco", "voc", "coco_voc"],
      description: "Method of computing validation metrics.",
    },
  },
};

const onOff = enumOf(["enable", "disable"], snake);
const models = {
  classification: { parameters: classification, own: {} },
  detection: {
    parameters: detection,
    own: {
      log_training_metrics: optional(onOff, "Whether training metrics are logged."),
      log_validation_loss: optional(onOff, "Whether the validation loss is logged."),
    },
  },
} as const;

function limits(widen: Widen): Schema<Mapping> {
  const { max_nodes: _nodes, trial_timeout_minutes: _timeout, ...shape } = limitsShape(widen);
  return fields(shape);
}

/**
 * Fields of the four tasks. Without `test_data_size`, which the SDK's schema accepts but its classes reject.
 */
export function imageShape(model: keyof typeof models, widen: Widen) {
  const { parameters, own } = models[model];
  const checkpoints = {
    advanced_settings: optional(text, "Additional settings that have no field here, as JSON text."),
    checkpoint_frequency: optional(widen(integer), "Number of epochs between checkpoints."),
    checkpoint_run_id: optional(text, "Id of the run whose checkpoint training starts from."),
  };
  return {
    limits: optional(limits(widen), aboutTrials),
    sweep: optional(sweepSettings(widen), aboutSweep),
    target_column_name: required(text, aboutTarget),
    validation_data_size: optional(widen(float), aboutValidationSize),
    training_parameters: optional(
      section({ ...trainingParametersShape(parameters, widen), ...checkpoints, ...own }),
      aboutParameters,
    ),
    search_space: optional(listOf(section(searchSpaceShape(parameters, widen, true))), aboutSpace),
  };
}
