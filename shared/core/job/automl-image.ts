/** What automl jobs of images have. @see azure/ai/ml/_schema/automl/image_vertical of the SDK */
import type { Mapping } from "../yaml/value.ts";
import { fixedShape, type Parameters, section, spaceShape, sweepSettings } from "./automl-sweep.ts";
import type { Widen } from "./run-settings.ts";
import { fields, float, integer, listOf, optional, type Piece, snake, text, word } from "./schema.ts";

/** Parameters of every model. The SDK's search spaces have `augmentations` too, but its class does not, so every job that uses it is refused. */
const common: Parameters = {
  booleans: ["ams_gradient", "distributed", "early_stopping", "enable_onnx_normalization", "nesterov"],
  floats: ["beta1", "beta2", "learning_rate", "momentum", "step_lr_gamma", "warmup_cosine_lr_cycles", "weight_decay"],
  integers: [
    ...["early_stopping_delay", "early_stopping_patience", "evaluation_frequency", "gradient_accumulation_step", "layers_to_freeze"],
    ...["number_of_epochs", "number_of_workers", "random_seed", "step_lr_step_size", "training_batch_size", "validation_batch_size"],
    "warmup_cosine_lr_warmup_epochs",
  ],
  texts: ["model_name"],
  words: { learning_rate_scheduler: ["none", "warmup_cosine", "step"], optimizer: ["none", "sgd", "adam", "adamw"] },
};

const classification: Parameters = {
  ...common,
  integers: [...common.integers, "training_crop_size", "validation_crop_size", "validation_resize_size", "weighted_loss"],
};

const detection: Parameters = {
  booleans: [...common.booleans, "multi_scale"],
  floats: [
    ...common.floats,
    ...["box_score_threshold", "nms_iou_threshold", "tile_overlap_ratio", "tile_predictions_nms_threshold", "validation_iou_threshold"],
  ],
  integers: [...common.integers, "box_detections_per_image", "image_size", "max_size", "min_size"],
  texts: [...common.texts, "tile_grid_size"],
  words: {
    ...common.words,
    model_size: ["none", "small", "medium", "large", "extra_large"],
    validation_metric_type: ["none", "coco", "voc", "coco_voc"],
  },
};

const onOff = optional(word(["enable", "disable"], snake));
const models = {
  classification: { parameters: classification, own: {} },
  detection: { parameters: detection, own: { log_training_metrics: onOff, log_validation_loss: onOff } },
} as const;

const limits = (widen: Widen): Piece<Mapping> =>
  fields({
    max_concurrent_trials: optional(widen(integer)),
    max_trials: optional(widen(integer)),
    timeout_minutes: optional(widen(integer)),
  }) as unknown as Piece<Mapping>;

/** Fields of the four tasks. The SDK's schema has `test_data_size` too, but its classes do not, so every job that uses it is refused. */
export function imageShape(model: keyof typeof models, widen: Widen) {
  const { parameters, own } = models[model];
  const checkpoints = { advanced_settings: optional(text), checkpoint_frequency: optional(widen(integer)), checkpoint_run_id: optional(text) };
  return {
    limits: optional(limits(widen)),
    sweep: optional(sweepSettings(widen)),
    target_column_name: text,
    validation_data_size: optional(widen(float)),
    training_parameters: optional(section({ ...fixedShape(parameters, widen), ...checkpoints, ...own })),
    search_space: optional(listOf(section(spaceShape(parameters, widen, true)))),
  };
}
