// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so
/** What fields mean that stand in several places. */

export const aboutEnvironment =
  "The software that it runs in: `azureml:NAME@latest`, `azureml:NAME:VERSION`, one of a registry, or an image and a conda file.";
export const aboutResources = "How many machines it runs on, and of which kind.";
export const aboutDistribution = "How it is spread over processes and machines.";
export const aboutQueue = "How it waits for machines that are shared.";
export const aboutLimits = "Where it is ended if it has not ended by itself.";
export const aboutInputs = "What it reads, by name: literal values, data and models.";
export const aboutOutputs = "What it leaves, by name.";
export const aboutCompute = "Where it runs: `azureml:` and the name of a compute.";
export const aboutIdentity = "Who it runs as when it reads data and other resources.";
export const aboutComponent =
  "What is run: a registered component, the path of the file that has it, or the component itself.";
export const aboutPipeline = "The pipeline that is run: a registered component, or the path of the file that has it.";
export const aboutType = "What it is.";
export const aboutMode = "How data gets there: as a copy, mounted, or as its address alone.";

// Of automl jobs.
export const aboutTrials = "How many trials there are, and for how long.";
export const aboutSweep = "How parameters are drawn for trials.";
export const aboutParameters = "The parameters of the training, with one value each.";
export const aboutSpace =
  "The parameters that vary, with values or distributions: one entry for each family of models.";
export const aboutTarget = "The column that is to be predicted.";
export const aboutValidationSize = "The share of the training data that is held back for validation.";
export const aboutLanguage = "The language of the texts, as three letters, e.g. `eng`.";
export const aboutTrainingData = "The table that is learned from.";
export const aboutValidationData = "The data that models are compared by.";
export const aboutTestData = "The data that the best model is tested with.";

// Of nodes of a pipeline.
export const aboutNodeType = "What kind of node it is.";
export const aboutServices = "Services that run beside it, by name.";
export const aboutNodeInputs =
  "What it reads, by name: literal values, data, models, and bindings to inputs of the pipeline or outputs of other nodes.";
export const aboutNodeOutputs =
  "What it leaves, by name; `${{parent.outputs.NAME}}` makes an output of the pipeline of it.";
export const aboutVariables = "Environment variables of the process.";

// Of spark.
export const aboutEntry = "What is run.";
export const aboutConf =
  "Settings of Spark, by their own names (`spark.driver.cores`) or the short ones (`driver_cores`).";
export const aboutSparkEnvironment = "The Python packages that it runs with, from a conda file.";
export const aboutArguments =
  "The arguments of the script; `${{inputs.NAME}}` and `${{outputs.NAME}}` stand for values and paths.";
export const aboutMachine = "The kind of machine, e.g. `standard_e4s_v3`.";
export const aboutRuntime = "The version of Spark, e.g. `3.4`.";
export const aboutForgotten = "Not used here: it belongs to the component.";

// Of components.
export const aboutComponentType = "What kind of component it is.";
export const aboutComponentProperties = "Facts about the component.";
export const aboutIncludes = "Files and folders from elsewhere that are put into the code.";
export const aboutDisplayName = "The name that people see.";
export const aboutDescription = "What it is for.";
export const aboutTags = "Words to find it by.";
export const aboutDeterministic =
  "Whether the same inputs give the same outputs, so that an earlier result can be taken.";
export const aboutDeclaredInputs = "What a node of this component reads, by name.";
export const aboutDeclaredOutputs = "What a node of this component leaves, by name.";

// Of parallel nodes.
export const aboutLogging = "How much is logged.";
export const aboutTask = "What each mini batch is given to.";
export const aboutBatchSize = "The size of a mini batch: a number of files, or of bytes as in `10kb`.";
export const aboutPartitions = "The keys by which data is split into mini batches.";
export const aboutInputData = "The input that is split, e.g. `${{inputs.NAME}}`.";
export const aboutRetries = "How a mini batch that fails is tried again.";
export const aboutConcurrency = "The number of processes on each machine.";
export const aboutItemErrors = "The most items that may fail without the job failing; -1 for any number.";
export const aboutBatchErrors = "The most mini batches that may fail without the job failing; -1 for any number.";

// Of nodes that move data.
export const aboutTransfer = "What is done with the data.";
export const aboutCopyMode = "What becomes of files that are there already.";
export const aboutUnused = "Not used in a node.";
