// biome-ignore-all lint/suspicious/noTemplateCurlyInString: bindings of Azure ML have this form
/** Descriptions of fields that several schemas share. */

export const aboutEnvironment =
  "Software environment: `azureml:NAME@latest`, `azureml:NAME:VERSION`, one of a registry, or an inline environment.";
export const aboutResources = "Number and type of the machines.";
export const aboutDistribution = "Distribution of the work over processes and machines.";
export const aboutQueue = "Queue tier and priority on shared compute.";
export const aboutLimits = "Time limit after which the job is canceled.";
export const aboutInputs = "Inputs by name: literal values, data and models.";
export const aboutOutputs = "Outputs by name.";
export const aboutCompute = "Compute to run on: `azureml:` and the name of a compute.";
export const aboutIdentity = "Identity used to access data and other resources.";
export const aboutComponent =
  "Component to run: a registered component, the path of a component file, or an inline component.";
export const aboutPipeline = "Pipeline to run: a registered component, or the path of a component file.";

export const aboutMode = "Access mode: data is downloaded, mounted, or passed as a URL only.";

// Automl jobs.
export const aboutTrials = "Limits on the number and the duration of trials.";
export const aboutSweep = "Sampling of the parameters of trials.";
export const aboutParameters = "Training parameters with fixed values.";
export const aboutSpace =
  "Search space of the training parameters, as values or distributions: one entry for each family of models.";
export const aboutTarget = "Column to predict.";
export const aboutValidationSize = "Share of the training data that is held out for validation.";
export const aboutLanguage = "Language of the texts as a three-letter code, e.g. `eng`.";
export const aboutTrainingData = "Table that models are trained on.";
export const aboutValidationData = "Data that models are validated with.";
export const aboutTestData = "Data that the best model is tested with.";

// Nodes of a pipeline.
export const aboutNodeType = "Type of the node.";
export const aboutServices = "Interactive services that run beside the node, by name.";
export const aboutNodeInputs =
  "Inputs by name: literal values, data, models, and bindings to inputs of the pipeline or to outputs of other nodes.";
export const aboutNodeOutputs =
  "Outputs by name; `${{parent.outputs.NAME}}` binds an output of the node to an output of the pipeline.";
export const aboutVariables = "Environment variables of the process.";

// Spark.
export const aboutEntry = "Script or class to run.";
export const aboutConf =
  "Spark settings, by their full names (`spark.driver.cores`) or their short names (`driver_cores`).";
export const aboutSparkEnvironment = "Environment with the Python packages of the script, from a conda file.";
export const aboutArguments =
  "Arguments of the script; `${{inputs.NAME}}` and `${{outputs.NAME}}` are replaced by values and paths.";
export const aboutMachine = "Machine type, e.g. `standard_e4s_v3`.";
export const aboutRuntime = "Version of Spark, e.g. `3.4`.";
export const aboutComponentField = "Not used in a node: set it in the component.";

// Components.
export const aboutComponentType = "Type of the component.";
export const aboutComponentProperties = "Key-value pairs with facts about the component.";
export const aboutIncludes = "Additional files and folders that are copied into the code folder.";
export const aboutDisplayName = "Name shown in lists and pages.";
export const aboutDescription = "Description of the purpose.";
export const aboutTags = "Key-value pairs for searching and filtering.";
export const aboutDeterministic =
  "Whether equal inputs always produce equal outputs, so that an earlier result can be reused.";
export const aboutDeclaredInputs = "Inputs of a node of this component, by name.";
export const aboutDeclaredOutputs = "Outputs of a node of this component, by name.";

// Parallel nodes.
export const aboutLogging = "Log level.";
export const aboutTask = "Task that processes each mini batch.";
export const aboutBatchSize = "Size of a mini batch: a number of files, or a number of bytes, e.g. `10kb`.";
export const aboutPartitions = "Keys that the data is partitioned by.";
export const aboutInputData = "Input that is split into mini batches, e.g. `${{inputs.NAME}}`.";
export const aboutRetries = "Retries of a failed mini batch.";
export const aboutConcurrency = "Number of processes on each machine.";
export const aboutItemErrors = "Maximum number of failed items before the job fails; -1 for no maximum.";
export const aboutBatchErrors = "Maximum number of failed mini batches before the job fails; -1 for no maximum.";

// Data transfer nodes.
export const aboutTransfer = "Operation: copy, import or export.";
export const aboutCopyMode = "Handling of files that already exist at the target.";
export const aboutUnused = "Not used in a node.";
